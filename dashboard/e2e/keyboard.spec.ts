import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, type Stage, type Who } from './stage';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

const walks: [Who, string[]][] = [
  ['phatthanh', ['phat-thanh', 'lich', 'nhat-ky', 'bao-cao']],
  ['kythuat', ['thiet-bi', 'thiet-bi/loa-03', 'camera/cam-02', 'quan-tri/noi']],
  ['quantri', ['tong-quan', 'quan-tri', 'quan-tri/quy-dinh', 'quan-tri/mau', 'khan-cap']],
];

for (const [who, views] of walks) {
  test(`the keyboard alone reaches all that ${who} can do, in reading order, and shows where it is`, async () => {
    const page = await stage.open(who, views[0]!);
    for (const view of views) {
      await page.evaluate((v) => { location.hash = `#/${v}`; }, view);
      await page.locator('main h1').first().waitFor();
      await expect.poll(() => page.locator('main .bones').count()).toBe(0);
      expect(await walk(page), view).toEqual({ unreached: [], unseen: [], backwards: [] });
    }
  });
}

interface Walk { unreached: string[]; unseen: string[]; backwards: string[] }

/** Presses Tab until the page is left, and tells what was not reached, not seen, or reached out of turn. */
async function walk(page: Page): Promise<Walk> {
  const all = await page.evaluate(() => {
    const stops = [...document.querySelectorAll<HTMLElement>('a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]')]
      .filter((e) => e.checkVisibility({ checkVisibilityCSS: true }) && !e.closest('dialog, fieldset:disabled, [inert]'));
    stops.forEach((e, i) => { e.dataset.stop = String(i); });
    // From the top of the page, wherever the focus was.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
    // Of a group of radio buttons the keyboard stops at one.
    const radios = new Map<string, number>();
    const once = stops.filter((e) => !(e instanceof HTMLInputElement && e.type === 'radio' && (radios.set(e.name, (radios.get(e.name) ?? 0) + 1), radios.get(e.name)! > 1)));
    return once.map((e) => ({ stop: Number(e.dataset.stop), radio: e instanceof HTMLInputElement && e.type === 'radio' ? e.name : '', words: `${e.tagName.toLowerCase()}.${e.className.toString()} “${(e.textContent ?? '').trim().slice(0, 30)}”` }));
  });
  const reached = new Set<number>();
  const radios = new Set<string>();
  const out: Walk = { unreached: [], unseen: [], backwards: [] };
  let last = -1;
  for (let i = 0; i < all.length + 20; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement as HTMLElement | null;
      if (!e || e === document.body) return null;
      // The mark may be drawn by what surrounds the control or lies over it.
      const shows = (x: Element | null) => {
        if (!x) return false;
        const s = getComputedStyle(x);
        return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || (s.boxShadow !== 'none' && s.boxShadow.includes('0px 0px 0px')) || parseFloat(s.strokeWidth) >= 4;
      };
      const r = e.getBoundingClientRect();
      return {
        stop: e.dataset.stop === undefined ? -1 : Number(e.dataset.stop), radio: e instanceof HTMLInputElement && e.type === 'radio' ? e.name : '',
        seen: shows(e) || shows(e.nextElementSibling) || shows(e.parentElement) || shows(e.querySelector('.disc')),
        inView: r.bottom > 0 && r.top < innerHeight, words: e.outerHTML.slice(0, 120),
      };
    });
    if (at && at.stop === last) continue; // a date has a stop for day, month and year
    if (!at || reached.has(at.stop)) break;
    reached.add(at.stop);
    if (at.radio) radios.add(at.radio);
    if (!at.seen || !at.inView) out.unseen.push(at.words);
    if (at.stop < last) out.backwards.push(at.words);
    last = at.stop;
  }
  out.unreached = all.filter((x) => (x.radio ? !radios.has(x.radio) : !reached.has(x.stop))).map((x) => x.words);
  return out;
}

const dialogs: [Who, string, (page: Page) => ReturnType<Page['locator']>][] = [
  ['quantri', 'quan-tri', (page) => page.getByRole('button', { name: 'Thêm người dùng' })],
  ['quantri', 'quan-tri/noi', (page) => page.locator('.lines button').first()],
  ['quantri', 'quan-tri/quy-dinh', (page) => page.getByRole('button', { name: 'Thêm dòng' })],
  ['quantri', 'quan-tri/mau', (page) => page.locator('.lines button').first()],
  ['kythuat', 'thiet-bi/loa-03', (page) => page.getByRole('button', { name: 'Khởi động lại' })],
  ['phatthanh', 'phat-thanh', (page) => page.getByRole('button', { name: 'Dùng mẫu' })],
];

test('a dialog takes the focus, keeps it, lets go at Escape and gives it back', async () => {
  for (const [who, view, opener] of dialogs) {
    const page = await stage.open(who, view);
    const from = opener(page);
    await from.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    const inside = () => page.evaluate(() => document.activeElement === document.body || !!document.activeElement?.closest('dialog[open]'));
    expect(await page.evaluate(() => !!document.activeElement?.closest('dialog[open]')), view).toBe(true);
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press('Tab');
      expect(await inside(), `${view}: Tab left the dialog`).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await from.evaluate((e) => e === document.activeElement), `${view}: the focus did not come back`).toBe(true);
    await page.context().close();
  }
});

test('results are told to those who cannot see them', async () => {
  const page = await stage.open('kythuat', 'thiet-bi/loa-04');
  const told = (text: RegExp) => page.locator('[role=status], [role=alert], [aria-live=polite]').filter({ hasText: text }).first().waitFor();
  await told(/Trực tuyến/);
  await page.getByRole('button', { name: 'Tự kiểm tra' }).click();
  await told(/Đang kiểm tra|chuẩn|Loa kêu tốt/);
  await page.evaluate(() => { location.hash = '#/nhat-ky'; });
  await page.getByRole('button', { name: 'Kiểm tra nhật ký' }).click();
  await told(/Nhật ký nguyên vẹn/);
  await page.getByRole('searchbox').fill('không có bản tin này');
  await told(/Không có lần phát nào/);
  // A view that opens is named: its main part has the focus.
  expect(await page.evaluate(() => { location.hash = '#/thiet-bi'; return true; })).toBe(true);
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Thiết bị');
});
