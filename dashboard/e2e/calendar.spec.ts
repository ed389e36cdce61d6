import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStage, type Stage } from './stage';

/** The promise is 500 ms; the figure is printed, and only a week that hangs fails. */
const HANGS_MS = 5000;
const THROTTLE = 4;

// A commune of this size stands in the fake alone.
let stage: Stage;
beforeAll(async () => { stage = await openStage({ fake: { large: true } }); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('the week of 36 villages and 60 clusters opens whole on a slow machine', async () => {
  const page = await stage.open('phatthanh', 'tong-quan');
  await page.waitForLoadState('networkidle');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
  const opened: number[] = [];
  for (let i = 0; i < 5; i++) {
    opened.push(await page.evaluate(() => new Promise<number>((done) => {
      const at = performance.now();
      location.hash = '#/lich';
      const look = () => {
        if (document.querySelectorAll('.chip').length >= 70) requestAnimationFrame(() => done(performance.now() - at));
        else requestAnimationFrame(look);
      };
      look();
    })));
    await page.evaluate(() => { location.hash = '#/tong-quan'; });
    await page.locator('.chip').first().waitFor({ state: 'detached' });
  }
  console.log(`the week opens in ${opened.map((x) => Math.round(x)).join(', ')} ms at ${THROTTLE}× throttle, the first time first`);
  opened.sort((a, b) => a - b);
  expect(opened[2]).toBeLessThanOrEqual(HANGS_MS);
});
