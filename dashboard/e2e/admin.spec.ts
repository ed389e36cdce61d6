import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('the public page tells that it is open, where, and how to print the way to it', async () => {
  const page = await stage.open('quantri', 'quan-tri/cong-khai');
  await page.getByText('Đang mở cho mọi người').waitFor();
  await page.getByRole('link', { name: `${stage.url}/public/` }).waitFor();
  const code = page.getByRole('img', { name: `${stage.url}/public/` });
  await expect.poll(() => code.evaluate((e: HTMLImageElement) => e.complete && e.naturalWidth > 0)).toBe(true);
  const poster = await page.request.get(stage.url + (await page.getByRole('link', { name: 'Tờ in có mã QR' }).getAttribute('href')));
  expect(poster.status()).toBe(200);
});

test('a volume is settled in one line, and taken back', async () => {
  const page = await stage.open('quantri', 'quan-tri/quy-dinh');
  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Âm lượng theo giờ' }) });
  await card.waitFor();
  const before = await card.locator('li').count();
  await card.getByRole('button', { name: 'Thêm dòng' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Mức độ').selectOption('emergency');
  await dialog.getByLabel('Từ').fill('21h');
  expect(await dialog.getByRole('button', { name: 'Lưu' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Đến').fill('6h');
  await dialog.getByLabel(/^Âm lượng/).fill('95');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  const line = card.locator('li', { hasText: '95%' });
  await line.getByText('Khẩn cấp · 21:00–06:00').waitFor();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await line.waitFor({ state: 'detached' });
  expect(await card.locator('li').count()).toBe(before);
});

test('rules that were changed and not saved are still there after a look elsewhere', async () => {
  const page = await stage.open('quantri', 'quan-tri/quy-dinh');
  const most = page.getByLabel(/mỗi ngày$/);
  const was = await most.inputValue();
  await most.fill('9');
  await page.getByText('Có thay đổi chưa lưu.').waitFor();
  await page.getByRole('link', { name: 'Thiết bị', exact: true }).first().click();
  await page.getByRole('heading', { name: 'Thiết bị' }).waitFor();
  await page.goBack();
  await page.getByText('Có thay đổi chưa lưu.').waitFor();
  expect(await most.inputValue()).toBe('9');
  await page.getByRole('button', { name: 'Bỏ thay đổi' }).click();
  await expect.poll(() => most.inputValue()).toBe(was);
});

test('an administrator settles that nothing beyond the limits is approved, and that stays', async () => {
  const page = await stage.open('quantri', 'quan-tri/quy-dinh');
  const stop = page.getByRole('radio', { name: /^Không cho duyệt/ });
  const warn = page.getByRole('radio', { name: /^Cảnh báo/ });
  expect(await warn.isChecked()).toBe(true);
  await stop.check();
  await page.getByRole('button', { name: 'Lưu quy định' }).click();
  await page.getByText('Có thay đổi chưa lưu.').waitFor({ state: 'detached' });
  await page.reload();
  await stop.waitFor();
  expect(await stop.isChecked()).toBe(true);
  await warn.check();
  await page.getByRole('button', { name: 'Lưu quy định' }).click();
  await page.getByText('Có thay đổi chưa lưu.').waitFor({ state: 'detached' });
});
