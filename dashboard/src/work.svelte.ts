/**
 * Long work at the hub: a file is sent, a text is spoken, its loudness is
 * fitted. It is told in steps, can be cancelled, and goes on while the person
 * looks at other views.
 */
import { hub } from './api/calls';
import { begins, isStep, shareOf, type Kind, type Step } from './work';

const LOOK_MS = 250;

/** What a task is given: the name by which the hub tells how far it is, and the ways to stop it and to tell what was sent. */
export interface Handle { job: string; signal: AbortSignal; sent: (share: number) => void }

export class Work {
  /** What is being done; null while nothing is. */
  step = $state.raw<Step | null>(null);
  /** What it is about: the file that is sent. */
  name = $state('');
  /** Of the whole, 0 to 1. */
  share = $state(0);
  error = $state.raw<unknown>(null);
  #stop: AbortController | null = null;

  get busy(): boolean {
    return this.step !== null;
  }

  /** Runs a task, one at a time. It returns null for one that failed, was cancelled or came too early. */
  async run<T>(kind: Kind, name: string, task: (h: Handle) => Promise<T>): Promise<T | null> {
    if (this.busy) return null;
    this.#kind = kind;
    this.name = name;
    const stop = new AbortController();
    this.#stop = stop;
    this.error = null;
    this.share = 0;
    this.#set(begins[kind]);
    const job = (this.#job = jobName());
    const looking = setInterval(() => void this.#look(job), LOOK_MS);
    try {
      return await task({ job, signal: stop.signal, sent: (share) => this.#sent(share) });
    } catch (e) {
      if (!stop.signal.aborted) this.error = e;
      return null;
    } finally {
      clearInterval(looking);
      this.step = null;
      this.#stop = null;
    }
  }

  cancel(): void {
    this.#stop?.abort();
  }

  #kind: Kind = 'text';
  #job = '';
  #begun = 0;
  #looking = false;

  #set(step: Step): void {
    if (step !== this.step) this.#begun = Date.now();
    this.step = step;
  }

  #grow(share: number): void {
    this.share = Math.max(this.share, share);
  }

  #sent(share: number): void {
    this.#grow(shareOf(this.#kind, 'sending', { sent: share }));
    if (share >= 1) this.#set('receiving');
  }

  async #look(job: string): Promise<void> {
    if (!this.step || this.step === 'sending' || this.#looking) return;
    this.#looking = true;
    try {
      const { step } = await hub.job(job);
      if (this.busy && job === this.#job && isStep(this.#kind, step)) this.#set(step);
    } catch {
      // The work itself tells of a cut link; a hub that tells no steps costs the words alone.
    } finally {
      this.#looking = false;
    }
    if (this.step) this.#grow(shareOf(this.#kind, this.step, { elapsed: Date.now() - this.#begun }));
  }
}

/** A name that the hub takes; crypto.randomUUID is for safe addresses alone. */
const jobName = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');

const works = new Map<string, Work>();

/** The work by its place in the page, so that a view that comes back finds it. */
export function workAt(place: string): Work {
  let w = works.get(place);
  if (!w) works.set(place, (w = new Work()));
  return w;
}
