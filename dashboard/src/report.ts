/** What the page reckons about a monthly report. Pure. */
import type { Report } from './api/types';

/** The month a number of months after another: "2026-12" and 1 make "2027-01". */
export function monthAfter(month: string, n: number): string {
  const [y, m] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(y, m - 1 + n, 1)).toISOString().slice(0, 7);
}

/** A time on air as minutes and seconds, so that a column adds up: 754:05. */
export const onAir = (seconds: number, write: (n: number) => string = String): string => `${write(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;

/** A share in percent, to a tenth and never rounded up: 100 % would hide a play. */
export const percent = (share: number): number => Math.floor(share * 1000 + 1e-9) / 10;

export type Figures = Report['total'];

/** Plays that should have sounded and did not, or not to their end. */
export const notPlayed = (f: Figures): number => f.failed + f.missed + f.interrupted + f.unreported;

/** Why plays failed on some clusters, the most frequent of the commune first. */
export const reasonsOn = (r: Pick<Report, 'failures'>, clusters: { id: string }[]): { vi: string; en: string }[] =>
  (r.failures ?? []).filter((f) => f.clusters.some((id) => clusters.some((c) => c.id === id))).map((f) => f.words);
