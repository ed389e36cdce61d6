/** A time on air as minutes and seconds, so that a column adds up: 754:05. */
export const onAir = (seconds: number, write: (n: number) => string = String): string => `${write(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;

/** The month a number of months after another: "2026-12" and 1 make "2027-01". Pure. */
export function monthAfter(month: string, n: number): string {
  const [y, m] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(y, m - 1 + n, 1)).toISOString().slice(0, 7);
}
