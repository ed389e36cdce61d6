import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, PHONE, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('an approver holds to launch on a phone: all clusters sound, what was cut off is listed, one touch stops it', async () => {
  const author = await stage.open('phatthanh', 'phat-thanh');
  const title = `Tin dài ${Date.now()}`;
  await author.getByLabel('Lời bản tin').fill('Kính thưa bà con, sau đây là bản tin của xã. '.repeat(30));
  await author.getByLabel(/Tên bản tin/).fill(title);
  await author.getByRole('button', { name: 'Phát ngay tới 10 cụm' }).first().click();
  await author.getByText('10/10 cụm đang phát').waitFor();

  const page = await stage.open('lanhdao', 'tong-quan', { viewport: PHONE });
  await page.getByRole('link', { name: 'Phát khẩn cấp' }).click();
  await page.getByRole('radio', { name: 'Báo cháy, kêu gọi chữa cháy' }).check();
  const hold = page.locator('.hold');
  expect(await hold.getAttribute('aria-disabled')).toBe('true');
  await page.getByLabel('Địa điểm').fill('chợ Cao Lộc');
  await hold.hover();
  await page.mouse.down();
  await page.getByText('Giữ tiếp…').waitFor();
  await page.mouse.up();
  await page.getByText('Chưa phát: cần giữ đủ 2 giây.').waitFor();

  await page.mouse.down();
  await page.getByText('ĐANG PHÁT KHẨN CẤP').waitFor();
  await page.mouse.up();
  await page.getByText('10/10 cụm đang phát').waitFor();
  await page.locator('.cut').getByText(title).waitFor();
  // Everybody sees it.
  await author.getByRole('alert').getByText('ĐANG PHÁT KHẨN CẤP').waitFor();

  await page.getByRole('button', { name: 'Dừng tất cả' }).click();
  await page.getByText('Đã gửi lệnh dừng tới 10 cụm loa.').waitFor();
  await author.getByRole('alert').getByText('ĐANG PHÁT KHẨN CẤP').waitFor({ state: 'detached' });
  await expect.poll(() => page.locator('article [data-state=stopped]').count(), { timeout: 15_000 }).toBeGreaterThanOrEqual(10);
});

test('who cannot hold types a word; the keyboard holds as the finger does', async () => {
  const page = await stage.open('lanhdao', 'khan-cap');
  await page.getByLabel('Lời cảnh báo').fill('Lũ đang về, bà con ven suối lên chỗ cao ngay.');
  await page.getByRole('button', { name: 'Không giữ được nút?' }).click();
  const go = page.getByRole('button', { name: 'Phát ngay', exact: true });
  await page.getByLabel(/^Gõ chữ PHÁT/).fill('phá');
  expect(await go.isDisabled()).toBe(true);
  await page.getByLabel(/^Gõ chữ PHÁT/).fill('phát');
  await go.click();
  await page.getByText('ĐANG PHÁT KHẨN CẤP').waitFor();
  await page.getByRole('button', { name: 'Dừng tất cả' }).click();
  await page.getByText('ĐANG PHÁT KHẨN CẤP').waitFor({ state: 'detached' });

  await page.getByLabel('Lời cảnh báo').fill('Cháy rừng ở Nà Nghịu.');
  await page.locator('.hold').focus();
  await page.keyboard.down('Enter');
  await page.getByText('ĐANG PHÁT KHẨN CẤP').waitFor();
  await page.keyboard.up('Enter');
  await page.getByRole('button', { name: 'Dừng tất cả' }).click();
  await page.getByText('ĐANG PHÁT KHẨN CẤP').waitFor({ state: 'detached' });
});

test('a warning recorded in the browser takes the place of another one on the same clusters', async () => {
  const page = await stage.open('lanhdao', 'khan-cap');
  await page.getByLabel('Lời cảnh báo').fill('Lũ đang về, bà con ven suối lên chỗ cao ngay.');
  await hold(page);
  await page.getByText('ĐANG PHÁT KHẨN CẤP').waitFor();

  await page.getByRole('button', { name: 'Phát thông báo khác' }).click();
  await page.getByRole('radio', { name: 'Ghi âm' }).check();
  await page.getByText('Ghi âm lời cảnh báo trước.').waitFor();
  await page.getByRole('button', { name: 'Bắt đầu ghi âm' }).click();
  await page.getByText('Đang ghi âm 0:02').waitFor();
  await page.getByRole('button', { name: 'Dừng ghi' }).click();
  await page.getByText(/Dài \d+ giây/).waitFor();
  expect(await page.getByRole('radio', { name: /bản đó phát tiếp/ }).isChecked()).toBe(true);
  await page.getByRole('radio', { name: /dừng hẳn bản đó/ }).check();
  await hold(page);
  await page.getByRole('heading', { name: /Bản ghi âm/ }).waitFor();
  // Only the new one is left, and it sounds.
  await expect.poll(() => page.getByText('ĐANG PHÁT KHẨN CẤP').count()).toBe(1);
  await page.getByText('10/10 cụm đang phát').waitFor();
  await page.getByRole('button', { name: 'Dừng tất cả' }).click();
  await page.getByText('ĐANG PHÁT KHẨN CẤP').waitFor({ state: 'detached' });
});

test('a warning without words says so, and how to go on; what was typed outlives a look elsewhere', async () => {
  const page = await stage.open('lanhdao', 'khan-cap', { viewport: PHONE });
  // Longer than any voice reads; the form itself refuses it.
  const text = 'không đọc được '.repeat(400);
  await page.getByLabel('Lời cảnh báo').fill(text);
  await page.getByText(/^Dài quá/).waitFor();
  await page.getByRole('link', { name: 'Tổng quan' }).last().click();
  await page.getByRole('heading', { name: 'Tổng quan' }).waitFor();
  await page.goBack();
  expect(await page.getByLabel('Lời cảnh báo').inputValue()).toBe(text);

  // So many figures that no voice reads them: the hub takes the text and then fails to speak it.
  const figures = '9.999.999 đ '.repeat(400);
  await page.request.post(`${stage.url}/api/emergency`, { headers: { 'X-Requested-With': 'smart-commune' }, data: { text: figures, title: 'Thử giọng đọc', target: { all: true } } });
  await page.getByText(/^Không tạo được giọng đọc/).waitFor();
  await page.getByRole('button', { name: 'Ghi âm và phát thay' }).click();
  await page.getByRole('button', { name: 'Bắt đầu ghi âm' }).waitFor();
  const stop = page.getByRole('button', { name: 'Dừng tất cả' });
  await page.mouse.wheel(0, 4000);
  expect(await stop.evaluate((b) => { const r = b.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight; })).toBe(true);
  await stop.click();
  await page.getByText(/Đã gửi lệnh dừng/).waitFor();
});

async function hold(page: Page): Promise<void> {
  await page.locator('.hold').hover();
  await page.mouse.down();
  await page.waitForTimeout(2100);
  await page.mouse.up();
}
