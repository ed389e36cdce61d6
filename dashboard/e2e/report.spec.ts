import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, PASSWORD, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('the report of the month opens, with its files', async () => {
  const page = await stage.open('lanhdao', 'bao-cao');
  await page.getByText('Phát trọn vẹn').first().waitFor();
  await page.getByRole('button', { name: 'Tháng trước' }).click();
  await page.getByText('Phát trọn vẹn').first().waitFor();
  const href = (name: string) => page.getByRole('link', { name }).getAttribute('href');
  for (const [name, type] of [['Bản in', 'text/html'], ['Tải PDF', 'application/pdf'], ['Tải Excel', 'spreadsheetml'], ['Nhật ký CSV', 'text/csv']] as const) {
    const answer = await page.request.get(stage.url + (await href(name)));
    expect(answer.status(), name).toBe(200);
    expect(answer.headers()['content-type'], name).toContain(type);
  }
});

test('who opens the report without a login comes to it after logging in', async () => {
  const page = await stage.open('lanhdao', 'bao-cao');
  await page.context().clearCookies();
  await page.goto(`${stage.url}/report?month=2026-11`);
  await page.getByLabel('Tên đăng nhập').fill('lanhdao');
  await page.getByLabel('Mật khẩu', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await page.waitForURL('**/report?month=2026-11');
});

test('the journal is verified on the page', async () => {
  const page = await stage.open('phatthanh', 'nhat-ky');
  await page.getByRole('button', { name: 'Kiểm tra nhật ký' }).click();
  await page.getByText(/Nhật ký nguyên vẹn/).waitFor();
});

test('a cluster tests itself and says how it compares; its volume is set', async () => {
  const page = await stage.open('kythuat', 'thiet-bi/loa-06');
  await page.getByRole('button', { name: 'Tự kiểm tra' }).click();
  await page.getByText(/làm chuẩn cho các lần sau|Loa kêu tốt/).first().waitFor();
  const slider = page.getByLabel(/^Âm lượng \d+%$/);
  const was = Number(await slider.inputValue());
  await slider.fill(String(was === 60 ? 65 : 60));
  await page.getByRole('button', { name: /^Đặt \d+%$/ }).click();
  await page.locator('li', { hasText: 'Đặt âm lượng' }).first().getByText(/đã xong/).waitFor();
});
