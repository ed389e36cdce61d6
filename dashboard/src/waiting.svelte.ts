/** Programmes that wait for an approver, which the live model does not carry: asked for again and again while somebody may decide. */
import { hub } from './api/calls';
import type { Programme } from './api/types';

const REFRESH_MS = 10_000;
let list = $state.raw<Programme[]>([]);
let timer: ReturnType<typeof setInterval> | undefined;

export const waitingProgrammes = (): Programme[] => list;

export async function askWaiting(): Promise<void> {
  try {
    const all = await hub.programmes();
    list = all.filter((p) => p.state === 'submitted' || (p.proposed && p.state === 'scheduled'));
  } catch {
    // The next round asks again; a cut link is told of elsewhere.
  }
}

/** Begins to ask; what it returns ends it. */
export function watchWaiting(): () => void {
  clearInterval(timer);
  void askWaiting();
  timer = setInterval(() => { if (document.visibilityState === 'visible') void askWaiting(); }, REFRESH_MS);
  return () => { clearInterval(timer); list = []; };
}
