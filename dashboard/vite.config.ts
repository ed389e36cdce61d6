import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Lays a .gz beside every text file of the build, so that the hub packs nothing while it serves. */
function precompress(): Plugin {
  let dir = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      dir = config.build.outDir;
    },
    closeBundle() {
      for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(html|js|css|svg|json)$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        writeFileSync(path + '.gz', gzipSync(readFileSync(path), { level: 9 }));
      }
      // The Go package embeds this folder whether the page was built or not.
      writeFileSync(join(dir, '.keep'), '');
    },
  };
}

/** The hub behind the page while it is being worked on. */
const HUB = process.env.HUB_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte(), precompress()],
  build: {
    target: 'chrome109',
    cssTarget: 'chrome109',
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    manifest: true,
  },
  server: { proxy: { '/api': HUB, '/media': HUB, '/report': HUB, '/public': HUB, '/ws': { target: HUB, ws: true } } },
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'], environment: 'node' } },
      {
        extends: true,
        test: { name: 'e2e', include: ['e2e/**/*.spec.ts'], environment: 'node', testTimeout: 90_000, hookTimeout: 90_000, fileParallelism: false,
          // A machine that does much else at once is slow, not wrong.
          expect: { poll: { timeout: 20_000 } } },
      },
      { extends: true, test: { name: 'shots', include: ['e2e/shots.ts'], environment: 'node' } },
    ],
  },
});
