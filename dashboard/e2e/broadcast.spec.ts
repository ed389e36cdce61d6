import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, PASSWORD, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('log in, type, listen, play now: ten clusters play and the journal proves it', async () => {
  const page = await stage.open('phatthanh', 'phat-thanh');
  // Out and in again by hand, once with a wrong password.
  await page.getByRole('button', { name: /Tài khoản/ }).click();
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await page.getByLabel('Tên đăng nhập').fill('phatthanh');
  await page.getByLabel('Mật khẩu', { exact: true }).fill('sai mật khẩu');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Mật khẩu', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await page.getByRole('heading', { name: 'Phát thanh' }).waitFor();

  const title = `Họp thôn ${Date.now()}`;
  await page.getByLabel('Lời bản tin').fill('Mời bà con đến nhà văn hóa thôn họp lúc 19 giờ 30');
  await page.getByLabel(/Tên bản tin/).fill(title);
  await page.getByText('Bạn chưa nghe thử nội dung này.').waitFor();
  await page.getByRole('button', { name: 'Nghe thử' }).click();
  await page.getByText(/Dài \d+ giây/).waitFor();
  await page.getByText('Bạn chưa nghe thử nội dung này.').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Phát ngay tới 10 cụm' }).first().click();

  await page.getByRole('heading', { name: title }).waitFor();
  await page.getByText('10/10 cụm đang phát').waitFor();
  await page.getByText('10/10 cụm đã phát trọn vẹn').waitFor({ timeout: 40_000 });
  expect(await page.locator('[data-state=played]').count()).toBe(10);

  await page.getByRole('link', { name: 'Xem trong nhật ký' }).click();
  const line = page.getByRole('button', { name: title });
  await line.waitFor();
  expect(await line.textContent()).toContain('10/10 cụm phát trọn vẹn');
  await expect.poll(() => page.locator('.inside li').count()).toBe(10);
  expect(await page.locator('.inside li').first().textContent()).toMatch(/Đã phát.*−\d+(,\d)? dBFS/);
});

test('an emergency asks first and can be stopped at once', async () => {
  const page = await stage.open('phatthanh', 'phat-thanh');
  await page.getByLabel('Lời bản tin').fill('Cảnh báo lũ quét. Đề nghị bà con ven suối di chuyển ngay lên chỗ cao. '.repeat(6));
  await page.getByRole('radio', { name: 'Khẩn cấp' }).check();
  await page.getByRole('radio', { name: 'Chọn cụm loa' }).check();
  const clusters = page.locator('.pick input');
  await clusters.nth(0).check();
  await clusters.nth(1).check();
  await page.getByRole('button', { name: 'Phát khẩn cấp tới 2 cụm' }).first().click();
  await page.getByRole('dialog').getByText(/cắt ngang/).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Phát khẩn cấp tới 2 cụm' }).click();
  await page.getByText('2/2 cụm đang phát').waitFor();
  await page.getByRole('button', { name: 'Dừng phát' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Dừng phát' }).click();
  await page.getByText('Đã gửi lệnh dừng tới các cụm loa.').waitFor();
  await expect.poll(() => page.locator('[data-state=stopped]').count(), { timeout: 15_000 }).toBe(2);
});

test('a schedule says in words when it plays, and can be cancelled', async () => {
  const page = await stage.open('phatthanh', 'phat-thanh');
  await page.getByLabel('Lời bản tin').fill('Bản tin sáng của xã.');
  await page.getByLabel(/Tên bản tin/).fill('Bản tin sáng thử');
  await page.getByRole('radio', { name: 'Hằng tuần' }).check();
  await page.getByLabel('Thứ Bảy').check();
  await page.getByLabel('Giờ', { exact: true }).fill('05:30');
  await page.getByText('Giờ này bà con thường nghỉ').waitFor();
  await page.getByRole('button', { name: 'Đặt lịch hằng ngày trừ Chủ nhật lúc 05:30' }).first().click();
  await page.getByRole('heading', { name: 'Bản tin sáng thử' }).waitFor();
  await page.getByText('Hằng ngày trừ Chủ nhật lúc 05:30', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Hủy lịch' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Hủy lịch' }).click();
  await page.getByText('Đã hủy', { exact: true }).waitFor();
});

test('a voice recorded in the browser is taken in and can be heard', async () => {
  const page = await stage.open('phatthanh', 'phat-thanh');
  await page.getByRole('radio', { name: 'Ghi âm' }).check();
  await page.getByRole('button', { name: 'Bắt đầu ghi âm' }).click();
  await page.getByText('Đang ghi âm 0:02').waitFor();
  await page.getByRole('button', { name: 'Dừng ghi' }).click();
  await page.getByText(/Dài \d+ giây/).waitFor();
  await page.getByRole('button', { name: 'Phát ngay tới 10 cụm' }).first().waitFor();
});

test('a file that is no audio is refused in words; an audio file is taken in', async () => {
  const page = await stage.open('phatthanh', 'phat-thanh');
  await page.getByRole('radio', { name: 'Tải tệp lên' }).check();
  await page.locator('input[type=file]').setInputFiles({ name: 'bai-tho.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('Không phải âm thanh') });
  await page.getByRole('alert').getByText(/âm thanh/).waitFor();
  await page.locator('input[type=file]').setInputFiles({ name: 'thu-moi.mp3', mimeType: 'audio/mpeg', buffer: tone(1) });
  await page.getByText('thu-moi.mp3 đã sẵn sàng').waitFor();
  await page.getByText(/Dài \d+ giây/).waitFor();
});

/** A WAV of a 440 Hz tone. */
function tone(seconds: number): Buffer {
  const rate = 8000;
  const n = rate * seconds;
  const b = Buffer.alloc(44 + 2 * n);
  b.write('RIFF', 0); b.writeUInt32LE(36 + 2 * n, 4); b.write('WAVEfmt ', 8); b.writeUInt32LE(16, 16); b.writeUInt16LE(1, 20); b.writeUInt16LE(1, 22);
  b.writeUInt32LE(rate, 24); b.writeUInt32LE(2 * rate, 28); b.writeUInt16LE(2, 32); b.writeUInt16LE(16, 34); b.write('data', 36); b.writeUInt32LE(2 * n, 40);
  for (let i = 0; i < n; i++) b.writeInt16LE(Math.round(9000 * Math.sin((i / rate) * 440 * 2 * Math.PI)), 44 + 2 * i);
  return b;
}
