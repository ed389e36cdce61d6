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

  await approver.getByRole('button', { name: 'Duyệt và phát ngay' }).tap();
  await approver.getByRole('button', { name: 'Phát ngay tới 10 cụm' }).tap();
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
