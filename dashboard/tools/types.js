#!/usr/bin/env node
/**
 * Writes src/api/openapi.d.ts from the hub's own OpenAPI ("go run ./hub
 * openapi"). With --check it writes nothing and fails when the file is old.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapi, { astToString } from 'openapi-typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const file = fileURLToPath(new URL('../src/api/openapi.d.ts', import.meta.url));

const spec = JSON.parse(execFileSync('go', ['run', './hub', 'openapi'], { cwd: root, maxBuffer: 1 << 26 }).toString());
const text = `/** Made by "npm run types" from the hub's OpenAPI; do not edit. */\n${astToString(await openapi(spec))}`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error('src/api/openapi.d.ts is older than the hub: run "npm --prefix dashboard run types" and commit it');
  process.exit(1);
}
