import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Chunk { file: string; css?: string[]; imports?: string[]; isEntry?: boolean; isDynamicEntry?: boolean; src?: string }

const DIST = 'dist';
const LIMIT = 120_000; // bytes, compressed

/** The files that a browser fetches for a chunk: itself, what it imports, and their styles. */
function files(manifest: Record<string, Chunk>, key: string, into = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || into.has(chunk.file)) return into;
  into.add(chunk.file);
  for (const css of chunk.css ?? []) into.add(css);
  for (const next of chunk.imports ?? []) files(manifest, next, into);
  return into;
}

test('the first load of every view is at most 120 kB compressed', () => {
  if (!existsSync(join(DIST, '.vite/manifest.json'))) throw new Error('the page is not built: run "npm run build" first');
  const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;
  const entry = files(manifest, 'index.html');
  const views = Object.keys(manifest).filter((key) => /^src\/views\/\w+\.svelte$/.test(key));
  expect(views.length).toBeGreaterThan(6);
  for (const view of views) {
    const all = files(manifest, view, new Set(entry));
    all.add('index.html');
    const bytes = [...all].reduce((sum, f) => sum + readFileSync(join(DIST, `${f}.gz`)).length, 0);
    expect(bytes, view).toBeLessThan(LIMIT);
    if (process.env.VERBOSE) console.log(view, bytes);
  }
});
