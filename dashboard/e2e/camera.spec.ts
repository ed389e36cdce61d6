import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, seen, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('a camera whose frames stop goes down with its reason and comes back; two browsers agree within a second', async () => {
  const police = await stage.open('congan', 'camera');
  const technician = await stage.open('kythuat', 'camera/cam-07');
  const name = (await technician.locator('h1').textContent())!;
  await seen(technician, '.state', 'Tốt.');
  const tile = police.locator('.tile', { hasText: name });
  await tile.getByText('Tốt').waitFor();

  await stage.fault('cam-07', 'stall');
  const down = await Promise.all([seen(police, '.tile.bad', 'Không có hình'), seen(technician, '.state.bad', 'Không có hình')]);
  expect(Math.abs(down[0] - down[1])).toBeLessThan(1000);
  // Trouble rises: it is the first of the wall.
  expect(await police.locator('.tile').first().textContent()).toContain(name);
  await seen(technician, '.state', 'Việc cần làm');

  await stage.fault('cam-07', 'ok');
  const back = await Promise.all([seen(police, '.tile.good', name), seen(technician, '.state.good', 'Tốt.')]);
  expect(Math.abs(back[0] - back[1])).toBeLessThan(1000);
});

test('a wrong password reads as such', async () => {
  const page = await stage.open('kythuat', 'camera/cam-03');
  await stage.fault('cam-03', 'password');
  await seen(page, '.state.bad', 'Sai mật khẩu');
  await seen(page, '.state.bad', 'Nhập mật khẩu mới trong Quản trị');
});

test('the police see pictures with their age, nobody else does', async () => {
  const police = await stage.open('congan', 'camera');
  await police.locator('.tile img').first().waitFor();
  await police.getByText(/Hình (vừa xong|\d+ giây trước)/).first().waitFor();
  for (const who of ['lanhdao', 'quantri'] as const) {
    const page = await stage.open(who, 'camera');
    await page.getByText('Chỉ công an xã xem được hình').waitFor();
    await page.locator('.tile').first().waitFor();
    expect(await page.locator('.tile img').count()).toBe(0);
  }
});
