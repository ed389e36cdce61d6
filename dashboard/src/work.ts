/** How far long work at the hub is, as one share of the whole. Pure. */
export type Kind = 'file' | 'text';
export type Step = 'sending' | 'receiving' | 'waiting' | 'speaking' | 'measuring' | 'fitting';

/** Where each step stands in the whole. A file has to be sent, a text to be spoken. */
const SPANS: Record<Kind, Partial<Record<Step, [number, number]>>> = {
  file: { sending: [0, 0.7], receiving: [0.7, 0.75], waiting: [0.75, 0.78], measuring: [0.78, 0.88], fitting: [0.88, 0.98] },
  text: { waiting: [0, 0.05], speaking: [0.05, 0.7], measuring: [0.7, 0.85], fitting: [0.85, 0.98] },
};

/** How long a step takes, roughly: the bar slows down towards its end and never stands still at it. */
const USUAL_MS = 2500;

export const begins: Record<Kind, Step> = { file: 'sending', text: 'waiting' };

export const isStep = (kind: Kind, s: string): s is Step => s in SPANS[kind];

/** The share of the whole at a step: by what was sent of a file, else by the time that the step has taken. */
export function shareOf(kind: Kind, step: Step, progress: { sent?: number; elapsed?: number }): number {
  const [from, to] = SPANS[kind][step] ?? [0, 0];
  const within = progress.sent ?? 1 - Math.exp(-(progress.elapsed ?? 0) / USUAL_MS);
  return from + (to - from) * Math.min(1, Math.max(0, within));
}
