import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from './looks';
import { openStage, PHONE, type Stage, type Who } from './stage';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

const tours: [Who, string[]][] = [
  ['phatthanh', ['tong-quan', 'phat-thanh', 'lich', 'chuong-trinh/moi', 'nhat-ky', 'bao-cao', 'camera', 'thiet-bi', 'thiet-bi/loa-01']],
  ['lanhdao', ['cho-duyet', 'phat-thanh', 'khan-cap']],
  ['congan', ['camera', 'camera/cam-01', 'tong-quan']],
  ['kythuat', ['thiet-bi', 'thiet-bi/loa-03', 'camera/cam-02', 'quan-tri/noi']],
  ['quantri', ['tong-quan', 'quan-tri', 'quan-tri/noi', 'quan-tri/quy-dinh', 'quan-tri/mau', 'quan-tri/cong-khai', 'quan-tri/thao-tac']],
];

for (const scheme of ['light', 'dark'] as const) {
  for (const [who, views] of tours) {
    test(`every view of ${who} fits a cheap phone (${scheme})`, async () => {
      const page = await stage.open(who, views[0]!, { viewport: PHONE, colorScheme: scheme, hasTouch: true });
      for (const view of views) {
        await page.evaluate((v) => { location.hash = `#/${v}`; }, view);
        await page.locator('main h1').first().waitFor();
        await expect.poll(() => page.locator('main .bones').count()).toBe(0);
        expect(await faults(page), view).toEqual([]);
      }
    });
  }
}

test('each role begins at its own work and sees only what it may use', async () => {
  const homes: [Who, string, string[]][] = [
    ['phatthanh', 'Phát thanh', ['Tổng quan', 'Phát thanh', 'Lịch', 'Nhật ký', 'Báo cáo', 'Camera', 'Thiết bị']],
    ['lanhdao', 'Chờ duyệt', ['Tổng quan', 'Phát thanh', 'Chờ duyệt', 'Lịch', 'Nhật ký', 'Báo cáo', 'Camera', 'Thiết bị']],
    ['congan', 'Camera an ninh', ['Tổng quan', 'Camera', 'Thiết bị']],
    ['kythuat', 'Thiết bị', ['Tổng quan', 'Nhật ký', 'Camera', 'Thiết bị', 'Quản trị']],
  ];
  for (const [who, home, entries] of homes) {
    const page = await stage.open(who, '');
    expect(await page.locator('main h1').textContent()).toContain(home);
    const menu = await page.locator('nav.rail a span:not(.count)').allTextContents();
    expect(menu).toEqual(entries);
  }
});

test('the keyboard alone reaches the content, and the language changes everywhere at once', async () => {
  const page = await stage.open('quantri', 'tong-quan');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Đến nội dung chính');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');

  await page.getByRole('button', { name: /Tài khoản/ }).click();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
});

test('a device is edited from its own page', async () => {
  const page = await stage.open('kythuat', 'camera/cam-03');
  const name = (await page.locator('h1').textContent())!;
  await page.getByRole('link', { name: 'Sửa thông tin' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Địa chỉ RTSP').waitFor();
  await dialog.getByLabel('Tên', { exact: true }).fill(`${name} mới`);
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await page.locator('.lines').getByText(`${name} mới`).click();
  await dialog.getByLabel('Tên', { exact: true }).fill(name);
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await page.locator('.lines').getByText(name, { exact: true }).waitFor();
});

test('a device is found without accents', async () => {
  const page = await stage.open('kythuat', 'thiet-bi');
  await page.getByRole('searchbox').fill('lung chang');
  await expect.poll(() => page.locator('main .lines li').count()).toBeLessThan(10);
  for (const text of await page.locator('main .lines li').allTextContents()) expect(text).toContain('Lủng Chang');
});
