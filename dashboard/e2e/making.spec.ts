import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, PHONE, type Stage } from './stage';

// Only the fake hub waits at each step until it is told to go on.
let stage: Stage;
beforeAll(async () => { stage = await openStage({ fake: { pace: 0 } }); });
const step = (n = 1): Promise<unknown> => fetch(`${stage.url}/fake/step`).then(() => (n > 1 ? step(n - 1) : null));
afterEach(() => stage.clear());
afterAll(() => stage.close());

const share = async (text: string | null) => Number(/(\d+)%/.exec(text ?? '')?.[1]);

test('speech says step by step how far it is, and can be stopped', async () => {
  const page = await stage.open('phatthanh', 'phat-thanh', { viewport: PHONE, hasTouch: true });
  await page.getByLabel('Lời bản tin').fill('Mời bà con đến nhà văn hóa thôn họp.');
  await page.getByRole('button', { name: 'Nghe thử' }).tap();
  const bar = page.locator('.bar', { has: page.getByRole('progressbar') });
  await page.getByText('Đang chờ tới lượt…').waitFor();
  await step();
  await page.getByText('Đang tạo giọng đọc…').waitFor();
  const begun = await share(await bar.textContent());
  await step(2);
  await page.getByText('Đang chỉnh độ to cho vừa nghe…').waitFor();
  expect(await share(await bar.textContent())).toBeGreaterThan(begun);
  await step();
  await page.getByText(/Dài \d+ giây/).waitFor();

  await page.getByLabel('Lời bản tin').fill('Mời bà con đến nhà văn hóa thôn họp lúc 7 giờ.');
  await page.getByRole('button', { name: 'Nghe lại bản mới' }).tap();
  await page.getByRole('button', { name: 'Dừng lại' }).tap();
  await page.getByRole('button', { name: 'Nghe lại bản mới' }).waitFor();
  await step(4); // the hub's own end of it
});

test('a file that is sent can be left alone; it lands in the draft all the same', async () => {
  const page = await stage.open('phatthanh', 'phat-thanh');
  await page.getByRole('radio', { name: 'Tải tệp lên' }).check();
  await page.locator('input[type=file]').setInputFiles({ name: 'thu-moi.mp3', mimeType: 'audio/mpeg', buffer: Buffer.alloc(200_000, 7) });
  await step();
  await page.getByText('Đang đo độ to của âm thanh…').waitFor();
  await page.getByRole('link', { name: 'Lịch' }).first().click();
  await page.getByRole('heading', { name: 'Lịch phát' }).waitFor();
  await step(2);
  await page.getByText('“thu-moi.mp3” đã sẵn sàng.').waitFor();
  await page.getByRole('button', { name: 'Mở', exact: true }).click();
  await page.getByText('thu-moi.mp3 đã sẵn sàng').waitFor();
  await page.reload();
  await page.getByText('thu-moi.mp3 đã sẵn sàng').waitFor();
});

test('what was not listened to is spoken when it is sent: the page says so, and a stop sends nothing', async () => {
  const page = await stage.open('phatthanh', 'phat-thanh');
  const title = `Tin chưa nghe ${Date.now()}`;
  await page.getByLabel('Lời bản tin').fill('Mời bà con đi tiêm phòng.');
  await page.getByLabel(/Tên bản tin/).fill(title);
  const send = page.getByRole('button', { name: 'Phát ngay tới 10 cụm' }).first();
  await send.click();
  await step();
  await page.getByText('Đang tạo giọng đọc…').waitFor();
  await page.getByRole('button', { name: 'Dừng lại' }).click();
  await send.waitFor();
  expect(await page.locator('.lines', { hasText: title }).count()).toBe(0);

  await step(3);
  await send.click();
  await step(4);
  await page.getByRole('heading', { name: title }).waitFor();
});
