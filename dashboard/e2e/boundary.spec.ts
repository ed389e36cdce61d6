import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from './looks';
import { openStage, PHONE, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterEach(() => stage.clear());
afterAll(() => stage.close());

/** What no hub answers: an occurrence without an instant. */
const nonsense = { entries: [{ id: 'a@1', announcement: 'a', title: 'Hỏng', level: 'normal', start: 'không rõ', duration_ms: 1000, clusters: 1, ready: 1, of: 1 }] };
const pictures = process.env.SHOTS;

for (const [size, viewport] of [['phone', PHONE], ['wide', { width: 1024, height: 768 }]] as const) {
  test(`a view that breaks says so and leaves the rest of the page usable (${size})`, async () => {
    const page = await stage.open('phatthanh', 'nhat-ky', { viewport });
    await page.route('**/api/calendar?*', (r) => r.fulfill({ json: nonsense }));
    await page.getByRole('link', { name: 'Lịch', exact: true }).click();
    const broken = page.getByRole('main').getByRole('alert');
    await broken.getByText('Trang này gặp lỗi khi chạy. Hãy tải lại trang; nếu vẫn vậy, báo cho kỹ thuật.').waitFor();
    // It is not taken for a cut link.
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.locator('.link.live').waitFor();
    expect(await faults(page)).toEqual([]);
    if (pictures) await page.screenshot({ path: join(pictures, `boundary.vi-${size}.png`) });

    await page.getByRole('link', { name: 'Nhật ký', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Nhật ký phát thanh' }).waitFor();
    expect(await broken.count()).toBe(0);

    await page.getByRole('link', { name: 'Lịch', exact: true }).click();
    await broken.waitFor();
    await page.unroute('**/api/calendar?*');
    await broken.getByRole('button', { name: 'Tải lại trang' }).click();
    await page.getByText('Xem lịch phát trên điện thoại của bạn').waitFor();
    expect(await broken.count()).toBe(0);
    await stage.provoked(/Invalid time value/);
  });
}
