import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, seen, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

for (const how of ['hard', 'silent'] as const) {
  test(`a ${how} cut covers the page within 5 s, and the page catches up by itself`, async () => {
    const line = await stage.line();
    const page = await stage.open('kythuat', 'thiet-bi/loa-02', { url: line.url });
    await seen(page, '.state.good', 'trực tuyến');
    const at = Date.now();
    line.cut(how);
    expect((await seen(page, 'dialog[open]', 'Mất kết nối với máy chủ')) - at).toBeLessThan(5000);

    await stage.fault('loa-02', 'offline');
    line.mend();
    await page.getByRole('button', { name: 'Kết nối ngay' }).click().catch(() => {});
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await seen(page, '.state.bad', 'Mất kết nối');
    await stage.fault('loa-02', 'ok');
    await seen(page, '.state.good', 'trực tuyến');
  });
}

test('a browser that was asleep catches up', async () => {
  const page = await stage.open('lanhdao', 'thiet-bi');
  await page.locator('main li').first().waitFor();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  await stage.fault('loa-09', 'offline');
  // Another browser, awake, tells when the hub itself knows.
  const awake = await stage.open('kythuat', 'thiet-bi/loa-09');
  await seen(awake, '.state.bad', 'Mất kết nối');
  await cdp.send('Page.setWebLifecycleState', { state: 'active' });
  await seen(page, 'main li:first-child', 'Mất kết nối');
});

test('what was typed outlives a cut', async () => {
  const line = await stage.line();
  const page = await stage.open('phatthanh', 'phat-thanh', { url: line.url });
  await page.getByLabel('Lời bản tin').fill('Đang soạn dở');
  line.cut('hard');
  await seen(page, 'dialog[open]', 'Mất kết nối');
  line.mend();
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
  expect(await page.getByLabel('Lời bản tin').inputValue()).toBe('Đang soạn dở');
  await page.reload();
  await page.getByLabel('Lời bản tin').waitFor();
  expect(await page.getByLabel('Lời bản tin').inputValue()).toBe('Đang soạn dở');
});
