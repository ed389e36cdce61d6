import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync('src/app.css', 'utf8');
const tokens = (block: string) => Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1]!, m[2]!]));
const light = tokens(/:root \{([^}]*)\}/.exec(css)![1]!);
const dark = { ...light, ...tokens(/prefers-color-scheme: dark\) \{\s*:root \{([^}]*)\}/.exec(css)![1]!) };

/** WCAG 2.1: relative luminance and contrast. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number];
  return (x + 0.05) / (y + 0.05);
}

const pairs = [
  ...['ground', 'surface', 'sunken'].flatMap((ground) => ['ink', 'muted', 'accent'].map((ink) => [ink, ground])),
  ...['good', 'warn', 'bad', 'live', 'off'].flatMap((tone) => [[tone, 'surface'], [tone, `${tone}-soft`], ['surface', tone], ['ink', `${tone}-soft`]]),
  ['accent-ink', 'accent'], ['accent', 'accent-soft'], ['muted', 'good-soft'], ['muted', 'bad-soft'], ['muted', 'warn-soft'], ['ground', 'ink'],
] as [string, string][];

describe.each([['light', light], ['dark', dark]])('%s', (_, set) => {
  test.each(pairs)('%s on %s is legible', (ink, ground) => {
    expect(contrast(set[ink]!, set[ground]!)).toBeGreaterThanOrEqual(4.5);
  });
});
