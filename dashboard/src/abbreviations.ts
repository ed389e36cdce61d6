/** The commune's abbreviations as lines of text, "NVH = nhà văn hóa". Pure. */
export const toLines = (map: Record<string, string>): string =>
  Object.entries(map).sort(([a], [b]) => a.localeCompare(b, 'vi')).map(([w, s]) => `${w} = ${s}`).join('\n');

/** Reads the lines; bad is the first that is none. */
export function fromLines(text: string): { map: Record<string, string>; bad: string } {
  const map: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (!line.trim()) continue;
    const at = line.indexOf('=');
    const [written, spoken] = [line.slice(0, Math.max(0, at)).trim(), line.slice(at + 1).trim()];
    if (at < 0 || !written || !spoken) return { map, bad: line.trim() };
    map[written] = spoken;
  }
  return { map, bad: '' };
}
