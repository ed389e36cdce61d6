import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, PHONE, type Stage } from './stage';

// The demo's hub runs with one-person approval: the other mode is played on the fake.
let stage: Stage;
beforeAll(async () => { stage = await openStage({ fake: { approval: 'two-person', empty: true } }); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('what one person sends, another approves on a phone in two touches', async () => {
  const author = await stage.open('phatthanh', 'phat-thanh');
  const approver = await stage.open('lanhdao', 'cho-duyet', { viewport: PHONE, hasTouch: true });
  await approver.getByText('Không có bản tin nào chờ duyệt.').waitFor();

  await author.getByLabel('Lời bản tin').fill('Mời bà con đi tiêm phòng cho trâu bò.');
  await author.getByRole('button', { name: 'Gửi duyệt: phát ngay tới 10 cụm' }).first().click();
  await author.getByText('Đã gửi, đang chờ duyệt.').waitFor();

  // Two touches: listen, approve.
  const card = approver.locator('article');
  await card.getByRole('button', { name: 'Nghe' }).tap();
  await card.getByRole('button', { name: 'Duyệt và phát ngay tới 10 cụm' }).tap();
  await approver.getByText('Không có bản tin nào chờ duyệt.').waitFor();
  await author.getByText('10/10 cụm đang phát').waitFor();
});

test('what is returned comes back with the remark, is changed and sent again', async () => {
  const author = await stage.open('phatthanh', 'phat-thanh');
  const approver = await stage.open('lanhdao', 'cho-duyet');
  await author.getByLabel('Lời bản tin').fill('Họp thôn tối nay.');
  await author.getByRole('button', { name: /^Gửi duyệt/ }).first().click();

  await approver.getByRole('button', { name: 'Trả lại', exact: true }).click();
  expect(await approver.getByRole('button', { name: 'Trả lại bản tin' }).isDisabled()).toBe(true);
  await approver.getByLabel('Lý do trả lại, chỗ cần sửa').fill('Ghi rõ giờ họp');
  await approver.getByRole('button', { name: 'Trả lại bản tin' }).click();

  await author.getByText('Bị trả lại: Ghi rõ giờ họp').waitFor();
  await author.getByRole('button', { name: 'Sửa và gửi lại' }).click();
  await author.getByLabel('Lời bản tin').waitFor();
  expect(await author.getByLabel('Lời bản tin').inputValue()).toBe('Họp thôn tối nay.');
});

test('who has not listened is asked once more', async () => {
  const author = await stage.open('phatthanh', 'phat-thanh');
  const approver = await stage.open('lanhdao', 'cho-duyet', { viewport: PHONE, hasTouch: true });
  await author.getByLabel('Lời bản tin').fill('Mời bà con đi bầu cử.');
  await author.getByRole('button', { name: /^Gửi duyệt/ }).first().click();
  await approver.getByRole('button', { name: 'Duyệt và phát ngay tới 10 cụm' }).tap();
  await approver.getByRole('button', { name: 'Phát ngay tới 10 cụm', exact: true }).tap();
  await approver.getByText('Không có bản tin nào chờ duyệt.').waitFor();
});

test('of two approvers at once one approves, and the other is told who did', async () => {
  const author = await stage.open('phatthanh', 'phat-thanh');
  const [first, second] = await Promise.all([stage.open('lanhdao', 'cho-duyet'), stage.open('quantri', 'cho-duyet', { viewport: PHONE, hasTouch: true })]);
  await author.getByLabel('Lời bản tin').fill('Mời bà con họp bàn làm đường.');
  await author.getByLabel(/Tên bản tin/).fill('Làm đường');
  await author.getByRole('radio', { name: 'Hằng ngày' }).check();
  await author.getByRole('button', { name: /^Gửi duyệt/ }).first().click();

  const buttons = [first, second].map((p) => p.locator('article', { hasText: 'Làm đường' }).getByRole('button', { name: 'Duyệt', exact: true }));
  // Held, so that both are touched however fast the first answer is.
  const held = await Promise.all(buttons.map((b) => b.elementHandle()));
  await Promise.all(held.map((h) => h!.evaluate((b) => (b as HTMLElement).click())));
  await Promise.all([first, second].map((p) => p.getByText('Không có bản tin nào chờ duyệt.').waitFor()));
  const told = await Promise.all([first, second].map((p) => p.getByText(/vừa duyệt “Làm đường”/).count()));
  expect([...told].sort()).toEqual([0, 1]);
  const words = await [first, second][told.indexOf(1)]!.getByText(/vừa duyệt “Làm đường”/).textContent();
  expect(words).toContain(told.indexOf(1) ? 'lanhdao' : 'quantri');
});
