/**
 * Where the page is played: a real hub with simulated devices (E2E_URL and the
 * simulator's fault port E2E_CONTROL, see .ci/browser), or without them the
 * fake hub. A console error or an exception in any page fails the test.
 */
import { createServer, connect, type Server, type Socket } from 'node:net';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const PASSWORD = 'lucbinh2026';
export const PHONE = { width: 360, height: 740 };
export type Who = 'phatthanh' | 'lanhdao' | 'congan' | 'kythuat' | 'quantri';
type Fault = 'ok' | 'offline' | 'refuse' | 'password' | 'mute' | 'stall';

export interface Stage {
  url: string;
  fault(device: string, fault: Fault): Promise<void>;
  /** Opens the page as somebody who is logged in, at a view. */
  open(who: Who, view: string, options?: BrowserContextOptions & { url?: string }): Promise<Page>;
  /** A way to the hub that can be cut. */
  line(): Promise<Line>;
  /** Takes out of the complaints those that a spec has provoked; there must be one. */
  provoked(what: RegExp): Promise<void>;
  /** Fails if any page complained, and closes all pages. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface Line { url: string; cut(how: 'hard' | 'silent'): void; mend(): void }

export async function openStage(options: { fake?: object } = {}): Promise<Stage> {
  const real = !options.fake && process.env.E2E_URL;
  const fake = real ? null : await (await import('../fake/main.js')).start({ approval: 'one-person', trouble: false, ...options.fake });
  const url: string = real || fake!.url;
  const control = real ? process.env.E2E_CONTROL : url;
  if (!control) throw new Error('E2E_CONTROL is missing: set it to the address of the simulator’s control port');

  const browser: Browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--autoplay-policy=no-user-gesture-required', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  const complaints: string[] = [];
  const lines: Server[] = [];
  const faulty = new Set<string>();

  const fault = async (device: string, name: Fault) => {
    const answer = await fetch(`${control}/faults/${device}`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ fault: name }) });
    if (!answer.ok) throw new Error(`fault ${name} of ${device}: ${answer.status} ${await answer.text()}`);
    if (name === 'ok') faulty.delete(device);
    else faulty.add(device);
  };

  return {
    url,
    fault,
    async open(who, view, { url: at = url, ...more } = {}) {
      const context = await browser.newContext({ locale: 'vi-VN', viewport: { width: 1280, height: 800 }, ...more });
      const login = await context.request.post(`${at}/api/login`, { data: { name: who, password: PASSWORD } });
      if (!login.ok()) throw new Error(`login of ${who}: ${login.status()} ${await login.text()}`);
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      listen(page, who, complaints);
      await page.goto(`${at}/#/${view}`);
      await page.locator('main h1').first().waitFor();
      return page;
    },
    async line() {
      let silent = false;
      const open = new Set<Socket>();
      const target = new URL(url);
      let down = false;
      const server = createServer((near) => {
        if (down) { if (!silent) near.destroy(); open.add(near); near.on('error', () => {}); return; }
        const far = connect(Number(target.port), target.hostname);
        for (const [a, b] of [[near, far], [far, near]] as const) {
          open.add(a);
          a.on('data', (d) => { if (!silent) b.write(d); });
          a.on('close', () => { open.delete(a); b.destroy(); });
          a.on('error', () => {});
        }
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      lines.push(server);
      const address = server.address();
      if (typeof address !== 'object' || !address) throw new Error('the line has no address');
      const drop = () => { for (const s of open) s.destroy(); };
      return {
        url: `http://127.0.0.1:${address.port}`,
        cut(how) { down = true; silent = how === 'silent'; if (how === 'hard') drop(); },
        mend() { down = silent = false; drop(); },
      };
    },
    async provoked(what) {
      await expect.poll(() => complaints.some((c) => what.test(c))).toBe(true);
      complaints.splice(0, complaints.length, ...complaints.filter((c) => !what.test(c)));
    },
    async clear() {
      for (const device of faulty) await fault(device, 'ok');
      await Promise.all(browser.contexts().map((c) => c.close()));
      expect(complaints.splice(0)).toEqual([]);
    },
    async close() {
      await browser.close();
      for (const s of lines) s.close();
      await fake?.close();
    },
  };
}

function listen(page: Page, who: string, complaints: string[]): void {
  page.on('pageerror', (e) => complaints.push(`${who}: ${e.message}`));
  page.on('console', (m) => {
    if (m.type() !== 'error' && m.type() !== 'warning') return;
    // The browser itself reports every refused or cut connection; the page has
    // to bear both, and the specs look at how it does.
    if (/WebSocket connection|ERR_(CONNECTION|EMPTY|NETWORK|INTERNET|SOCKET)/.test(m.text())) return;
    if (/status of 4\d\d/.test(m.text()) && /\/api\/audio/.test(m.location().url)) return; // a spec sends rubbish
    if (/status of 404/.test(m.text()) && /\/api\/jobs\//.test(m.location().url)) return; // asked before the work has begun
    if (/status of 409/.test(m.text()) && /\/approve\b/.test(m.location().url)) return; // two approvers at once
    if (/status of 40[1234]/.test(m.text()) && /\/api\/(me|login)/.test(m.location().url)) return;
    complaints.push(`${who}: ${m.text()} (${m.location().url})`);
  });
}

/** Resolves with the browser's clock when a text is on the page. */
export const seen = (page: Page, selector: string, text: string): Promise<number> =>
  page.waitForFunction(
    ([sel, words]) => ([...document.querySelectorAll(sel!)].some((e) => e.textContent?.includes(words!)) ? Date.now() : 0),
    [selector, text], { polling: 'raf', timeout: 25_000 },
  ).then((h) => h.jsonValue());
