import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ASSETS = 'dist/assets';

/**
 * Chrome 109 is the last that runs on Windows 7 and 8. The build lowers syntax; it adds no function and no property
 * that such a browser lacks. These came later.
 */
const later: Record<'js' | 'css', RegExp> = {
  js: /\.(toSorted|toReversed|toSpliced|isSubsetOf|symmetricDifference|difference\(new Set)\(|Promise\.withResolvers|Object\.groupBy|Map\.groupBy|Array\.fromAsync|AbortSignal\.any|URL\.canParse|Iterator\.from|Intl\.DurationFormat|showPopover\(|startViewTransition\(|scheduler\.yield/,
  css: /color-mix\(|light-dark\(|@container|@scope|@starting-style|@property|text-wrap:|field-sizing:|oklch\(|[{;}]\s*&|subgrid|animation-timeline|anchor-name|scrollbar-(color|width):/,
};

test.each(['js', 'css'] as const)('the %s of the page asks for nothing that Chrome 109 lacks', (kind) => {
  if (!existsSync(ASSETS)) throw new Error('the page is not built: run "npm run build" first');
  const files = readdirSync(ASSETS).filter((f) => f.endsWith(`.${kind}`));
  expect(files.length).toBeGreaterThan(5);
  const found = files.flatMap((f) => later[kind].exec(readFileSync(join(ASSETS, f), 'utf8'))?.[0] ?? []);
  expect(found).toEqual([]);
});
