/** The newest commands to one cluster: asked for again and again, faster while one is under way. */
import { hub } from '../../api/calls';
import type { Instructed } from '../../api/types';

const ASKED = 50;
const POLL_MS = 1500;
const IDLE_MS = 15_000;

export const isOpen = (c: Instructed): boolean => ['waiting', 'received', 'started'].includes(c.outcome);

export class Commands {
  list = $state.raw<Instructed[] | null>(null);
  busy = $state(false);
  error = $state<unknown>(null);
  readonly #waiting = $derived(this.list?.some(isOpen) ?? false);
  readonly #cluster: string;

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  async load(): Promise<void> {
    try {
      this.list = await hub.commands(this.#cluster, ASKED);
    } catch {
      // The next round asks again; a cut link is told of elsewhere.
    }
  }

  /** Begins to ask; what it returns ends it. */
  watch(): () => void {
    void this.load();
    const timer = setInterval(() => { if (document.visibilityState === 'visible') void this.load(); }, this.#waiting ? POLL_MS : IDLE_MS);
    return () => clearInterval(timer);
  }

  async send(c: Parameters<typeof hub.command>[1]): Promise<void> {
    this.busy = true;
    this.error = null;
    try {
      await hub.command(this.#cluster, c);
      await this.load();
    } catch (e) {
      this.error = e;
    } finally {
      this.busy = false;
    }
  }
}
