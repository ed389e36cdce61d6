import { execFileSync } from 'node:child_process';
import { test } from 'vitest';

test('the types are those of the hub as it is now', { timeout: 300_000 }, () => {
  execFileSync('node', ['tools/types.js', '--check'], { stdio: 'pipe' });
});
