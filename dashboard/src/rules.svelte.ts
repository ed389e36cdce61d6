/** What the commune has settled, asked for once and again after a change. */
import { hub } from './api/calls';
import type { Rules } from './api/types';

let held = $state.raw<Rules | null>(null);

export const rules = (): Rules | null => held;

export async function loadRules(): Promise<Rules> {
  held = await hub.rules();
  return held;
}

export async function saveRules(r: Rules): Promise<void> {
  held = await hub.setRules(r);
}

/** True when a time of day lies in a span that may go over midnight. Empty ends mean no span. */
export const inSpan = (time: string, span: { from: string; to: string }): boolean =>
  time !== '' && span.from !== '' && span.to !== '' && (span.from <= span.to ? span.from <= time && time < span.to : time >= span.from || time < span.to);
