import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, PHONE, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

interface Made { id: string; order?: number }
const own = { 'X-Requested-With': 'smart-commune' };
const post = async (page: Page, path: string, data: unknown): Promise<Made> => {
  const r = await page.request.post(stage.url + path, { headers: own, data });
  if (!r.ok()) throw new Error(`${path}: ${r.status()} ${await r.text()}`);
  return r.json() as Promise<Made>;
};

test('two priority announcements at the same time: the page asks which comes first, and the arrow keys answer', async () => {
  const page = await stage.open('phatthanh', 'phat-thanh', { viewport: PHONE });
  const mark = Date.now();
  const other = `Cắt điện ${mark}`;
  const rival = await post(page, '/api/announcements', { title: other, level: 'priority', text: 'Cắt điện để sửa chữa.', target: { all: true }, when: { kind: 'daily', time: '13:20' } });
  const made: Made[] = [rival];
  try {
    await page.getByLabel('Lời bản tin').fill('Nước sạch tạm ngừng.');
    await page.getByLabel(/Tên bản tin/).fill(`Nước sạch ${mark}`);
    await page.getByRole('radio', { name: 'Ưu tiên' }).check();
    await page.getByRole('button', { name: 'Tiếp tục' }).click();
    await page.getByRole('button', { name: 'Tiếp tục' }).click();
    await page.getByRole('radio', { name: 'Hằng ngày' }).check();
    await page.getByLabel('Giờ', { exact: true }).fill('13:20');

    await page.getByText('Bản tin nào phát trước? Hãy chọn.').waitFor();
    const before = page.getByRole('radio', { name: `Bản tin này phát trước “${other}”` });
    const after = page.getByRole('radio', { name: `Bản tin này phát sau “${other}”` });
    expect([await before.isChecked(), await after.isChecked()]).toEqual([false, false]);
    await before.focus();
    await page.keyboard.press('Space');
    await page.getByText('Thứ tự phát', { exact: true }).waitFor();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => after.isChecked()).toBe(true);
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => before.isChecked()).toBe(true);
    expect(await page.getByRole('list', { name: 'Thứ tự phát' }).getByRole('listitem').allTextContents()).toEqual([`1Nước sạch ${mark}`, `2${other}`]);

    const sent = page.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/api/announcements'));
    await page.getByRole('button', { name: /^Đặt lịch/ }).last().click();
    made.push(await (await sent).json() as Made);
    await page.getByRole('heading', { name: `Nước sạch ${mark}` }).waitFor();
    expect(made[1]!.order).toBeLessThan(rival.order ?? 0);
  } finally {
    for (const a of made) await post(page, `/api/announcements/${a.id}/cancel`, {});
  }
});
