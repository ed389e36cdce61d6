/** Which words of a spoken text stand for something that is written otherwise. Pure. */
import type { Spoken } from './api/types';

export interface Piece { text: string; written?: string }

/** The spoken text in pieces; replacements come in the order of the text. */
export function pieces(s: Spoken): Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const r of s.replacements ?? []) {
    const found = r.spoken ? s.spoken.indexOf(r.spoken, at) : -1;
    if (found < 0) continue; // what is left out is not to be seen in what is read
    if (found > at) out.push({ text: s.spoken.slice(at, found) });
    out.push({ text: r.spoken, written: r.written });
    at = found + r.spoken.length;
  }
  if (at < s.spoken.length) out.push({ text: s.spoken.slice(at) });
  return out;
}
