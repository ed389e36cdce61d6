/** Search that does not ask for accents: "na chuong" finds "Nà Chuông". Pure. */
export function fold(s: string): string {
  return s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase();
}

/** True when every word of the query is somewhere in the texts. */
export function matches(query: string, ...texts: string[]): boolean {
  const hay = fold(texts.join(' '));
  return fold(query).split(/\s+/).every((word) => hay.includes(word));
}

/** Orders names as a person does: accents in their place, "Cụm loa 2" before "Cụm loa 10". */
const order = new Intl.Collator('vi', { numeric: true });
export const byName = <T extends { name: string }>(a: T, b: T): number => order.compare(a.name, b.name);
