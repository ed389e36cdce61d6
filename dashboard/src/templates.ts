/** Templates: texts with {blanks}, filled in as the hub does it. Pure. */
const BLANK = /\{([^{}\n]{1,60})\}/g;

/** The names of the blanks in the order of the text, each once. */
export const blanks = (text: string): string[] => [...new Set([...text.matchAll(BLANK)].map((m) => m[1]!))];

/** The text with its blanks filled in; those without a value stay to be seen. */
export const fillBlanks = (text: string, values: Record<string, string>): string =>
  text.replace(BLANK, (whole, name: string) => values[name]?.trim() || whole);

export const missingBlanks = (text: string, values: Record<string, string>): string[] => blanks(text).filter((n) => !values[n]?.trim());
