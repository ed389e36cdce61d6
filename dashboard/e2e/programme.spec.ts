import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, PHONE, seen, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

const own = { 'X-Requested-With': 'smart-commune' };
const api = async <T>(page: Page, method: string, path: string, data?: unknown): Promise<T> => {
  const r = await page.request.fetch(stage.url + path, { method, headers: own, ...(data === undefined ? {} : { data }) });
  if (!r.ok()) throw new Error(`${method} ${path}: ${r.status()} ${await r.text()}`);
  return r.json() as Promise<T>;
};
async function approval(mode: string): Promise<void> {
  const admin = await stage.open('quantri', 'tong-quan');
  const rules = await api<{ approval: string }>(admin, 'GET', '/api/rules');
  if (rules.approval !== mode) await api(admin, 'PUT', '/api/rules', { ...rules, approval: mode });
  await admin.context().close();
}

test('a daily programme of three with a lunar exception is made, approved on a phone in two touches, and moved in the calendar', async () => {
  await approval('two-person');
  try {
    const author = await stage.open('phatthanh', 'phat-thanh');
    const approver = await stage.open('lanhdao', 'cho-duyet', { viewport: PHONE, hasTouch: true });
    const mark = Date.now();
    const titles = ['Mở đầu', 'Nhắc việc'].map((x) => `${x} ${mark}`);
    for (const title of titles) {
      const a = await api<{ id: string }>(author, 'POST', '/api/announcements', { title, level: 'normal', text: 'Mời bà con chú ý lắng nghe.', target: {}, when: { kind: 'programme' } });
      await api(approver, 'POST', `/api/announcements/${a.id}/approve`, {});
    }

    await author.goto(`${stage.url}/#/chuong-trinh/moi`);
    const name = `Bản tin sáng ${mark}`;
    await author.getByLabel('Tên chương trình').fill(name);
    for (const title of [...titles].reverse()) {
      await author.getByRole('button', { name: 'Thêm bản tin' }).click();
      await author.getByRole('dialog').getByRole('button', { name: title }).click();
    }
    await author.getByRole('button', { name: 'Thêm phần tự lấy tin' }).click();
    // The keyboard's way to order.
    await author.getByRole('button', { name: `Đưa “${titles[0]}” lên` }).click();
    expect(await author.locator('.items li strong').allTextContents()).toEqual([...titles, 'Tự lấy tin còn hiệu lực']);
    await author.getByRole('checkbox', { name: 'rằm' }).check();
    await author.getByRole('checkbox', { name: 'mùng một' }).check();
    await author.getByLabel('Giờ', { exact: true }).fill('6h15');
    await author.getByText('Hằng ngày lúc 06:15, trừ rằm và mùng một').first().waitFor();
    await author.locator('.pieces').getByText(titles[0]!).waitFor();
    // Both pages run in one browser and by one clock.
    const shown = seen(approver, 'article', name);
    const sent = author.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/api/programmes')).then(() => Date.now());
    await author.getByRole('button', { name: 'Gửi duyệt chương trình' }).click();
    expect(await shown - await sent, 'ms until the approver sees it').toBeLessThan(1000);
    await author.getByRole('heading', { name: 'Lịch phát' }).waitFor();

    const card = approver.locator('article', { hasText: name });
    await card.getByText('Hằng ngày lúc 06:15, trừ rằm và mùng một').waitFor();
    expect(await approver.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    // Two touches: listen, approve.
    await card.getByRole('button', { name: 'Nghe' }).first().tap();
    await card.getByRole('button', { name: 'Duyệt' }).tap();
    await card.waitFor({ state: 'detached' });

    // The next week has it; it is moved for one day alone, which an approver lets out.
    await author.getByRole('button', { name: 'Tuần sau' }).click();
    const chips = author.locator('.chip', { hasText: name });
    await chips.first().waitFor();
    const before = await chips.count();
    expect(before).toBeGreaterThanOrEqual(5);
    await chips.first().click();
    const dialog = author.getByRole('dialog');
    await dialog.getByText(titles[0]!).waitFor();
    await dialog.getByRole('button', { name: 'Dời giờ' }).click();
    await dialog.getByLabel('Giờ', { exact: true }).fill('17:45');
    await dialog.getByRole('radio', { name: /^Chỉ lần này/ }).check();
    await dialog.getByRole('button', { name: /^Dời đến/ }).click();
    await author.getByText(`Đã gửi duyệt việc dời “${name}”.`).waitFor();
    await card.getByText(/Dời lần .* \(chỉ lần này\)/).waitFor();
    await card.getByRole('button', { name: 'Duyệt' }).tap();
    await card.waitFor({ state: 'detached' });
    await author.locator('.chip', { hasText: name }).filter({ hasText: '17:45' }).waitFor({ timeout: 40_000 });
    expect(await chips.count()).toBe(before);
  } finally {
    await approval('one-person');
  }
});

test('an occurrence is dragged to another day and hour, from there on', async () => {
  const page = await stage.open('phatthanh', 'lich', { viewport: { width: 1280, height: 2400 } });
  const title = `Kéo thả ${Date.now()}`;
  await api(page, 'POST', '/api/announcements', { title, level: 'normal', text: 'Bản tin để dời.', target: { all: true }, when: { kind: 'daily', time: '07:10' } });
  await page.getByRole('button', { name: 'Tuần sau' }).click();
  const chips = page.locator('.chip', { hasText: title });
  await expect.poll(() => chips.count()).toBe(7);
  // From Monday 7:10 to Tuesday 16:10.
  await chips.first().dragTo(page.locator('tbody tr', { has: page.locator('th', { hasText: '16:00' }) }).locator('td').nth(1));
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByLabel('Giờ', { exact: true }).inputValue()).toBe('16:10');
  await dialog.getByRole('radio', { name: /^Từ lần này về sau/ }).check();
  await dialog.getByRole('button', { name: /^Dời đến/ }).click();
  await page.getByText(/Đã dời “Kéo thả/).waitFor();
  await expect.poll(() => page.locator('.chip', { hasText: title }).filter({ hasText: '16:10' }).count()).toBe(6);
  expect(await page.locator('.chip', { hasText: title }).filter({ hasText: '07:10' }).count()).toBe(0);
  // All of it is taken back.
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await page.getByText(/Đã hoàn tác/).waitFor();
  await expect.poll(() => page.locator('.chip', { hasText: title }).filter({ hasText: '07:10' }).count()).toBe(7);
  expect(await chips.count()).toBe(7);
});
