import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogue, fill } from './catalogue';

const entries = Object.entries(catalogue);
const source = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((f) => f.isFile() && /\.(svelte|ts)$/.test(f.name) && f.name !== 'catalogue.ts' && !f.parentPath.endsWith('texts') && !f.name.endsWith('.test.ts'))
  .map((f) => readFileSync(join(f.parentPath, f.name), 'utf8'))
  .join('\n');

describe('the catalogue', () => {
  test('has words in both languages for every key', () => {
    const empty = entries.filter(([, w]) => !w.vi.trim() || !w.en.trim()).map(([key]) => key);
    expect(empty).toEqual([]);
  });

  test('asks for the same values in both languages', () => {
    const names = (s: string) => [...new Set([...s.matchAll(/\{(\w+)[|}]/g)].map((m) => m[1]))].sort();
    const differ = entries.filter(([, w]) => names(w.vi).join() !== names(w.en).join()).map(([key]) => key);
    expect(differ).toEqual([]);
  });

  test('has no words that nothing uses', () => {
    // Keys that are put together at run time: prefix.code.
    const made = /^(act|ann|appr\.gone|camera|cluster|delivery|level|link|metric|next|reason|role|why|signal|sos\.(for|fate|text|record|file)|lib\.(lang|fate)|cal\.(scope|scopeMeans|goLeaveOut)|work\.(sending|receiving|waiting|speaking|measuring|fitting)|heard|jour\.(span\d|outcome)|ctl\.(kind|outcome|verdict|mute\d)|proof\.damage|recur\.(daily|weekly|monthly|lunar|campaign|feast)|cast\.(text|file|record|now|once|daily|weekly)|dev\.chart|found\.(overlap|[a-z]+_)|one\.(stop|drop|unplan|withdraw))/;
    const idle = entries.map(([key]) => key).filter((key) => !made.test(key) && !source.includes(`'${key}'`));
    expect(idle).toEqual([]);
  });

  test('is the only home of Vietnamese words', () => {
    const views = readdirSync('src', { recursive: true, withFileTypes: true }).filter((f) => f.isFile() && f.name.endsWith('.svelte'));
    const strays = views.filter((f) => {
      const text = readFileSync(join(f.parentPath, f.name), 'utf8').replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
      return /[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i.test(text);
    });
    expect(strays.map((f) => f.name)).toEqual([]);
  });
});

test('values and the English plural', () => {
  expect(fill('{n} {n|cluster|clusters}', { n: 1 })).toBe('1 cluster');
  expect(fill('{n} {n|cluster|clusters}', { n: 10 })).toBe('10 clusters');
  expect(fill('{a} of {b}', { a: 1 })).toBe('1 of ');
});
