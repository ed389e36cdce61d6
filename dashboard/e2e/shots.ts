/**
 * Takes a picture of every view and dialog of every role, in both sizes, light
 * and dark, Vietnamese and English, on a hub full of life; and says what can be
 * found wrong by measuring. Not a test of what a change may break: `.ci/browser
 * shots` leaves the pictures in test-results/shots to be looked at.
 *   ONLY=devices   takes scenes whose name begins so
 *   SHOTS=DIR      leaves them there
 */
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { catalogue, fill as fillIn, type Key, type Values } from '../src/words/catalogue';
import type { Lang } from '../src/words/time';
import { fill, type Life } from './life';
import { faults } from './looks';
import { openStage, type Stage, type Who } from './stage';

const SIZES = { phone: { width: 360, height: 740 }, wide: { width: 1024, height: 768 } } as const;
const out = process.env.SHOTS ?? 'test-results/shots';
const only = process.env.ONLY ?? '';

interface At { page: Page; w: (key: Key, values?: Values) => string; size: keyof typeof SIZES; life: Life }
interface Scene {
  name: string; who: Who; view: string | ((life: Life) => string);
  act?: (at: At) => Promise<unknown>;
  /** A dialog is taken as the screen shows it, a view whole. */
  dialog?: boolean;
  size?: keyof typeof SIZES;
}

const press = (key: Key, values?: Values) => ({ page, w }: At) => page.getByRole('button', { name: w(key, values) }).first().click();
const scene = (name: string, who: Who, view: Scene['view'], act?: Scene['act'], more: Partial<Scene> = {}): Scene => ({ name, who, view, ...(act ? { act } : {}), ...more });
const dialog = (name: string, who: Who, view: Scene['view'], act: NonNullable<Scene['act']>): Scene => ({ name, who, view, act, dialog: true });
const type = async ({ page, w }: At, text: string) => page.getByLabel(w('cast.textLabel')).fill(text);
const notice = 'Mời bà con đến NVH thôn họp lúc 19h30 ngày 28/11 để bàn việc làm đường bê tông nội thôn. Mỗi hộ cử một người.';
const toStep = (n: number) => async ({ page, size }: At) => { if (size === 'phone') await page.locator('.steps button').nth(n).click(); };

const scenes: Scene[] = [
  scene('overview-on-air', 'phatthanh', 'tong-quan'),
  scene('overview-list', 'quantri', 'tong-quan', press('over.asList')),
  scene('overview-police', 'congan', 'tong-quan'),
  scene('frame-more', 'phatthanh', 'tong-quan', press('app.more'), { dialog: true, size: 'phone' }),
  dialog('frame-account', 'phatthanh', 'nhat-ky', ({ page }) => page.locator('.who').first().click()),
  dialog('frame-password', 'phatthanh', 'nhat-ky', async (at) => { await at.page.locator('.who').first().click(); await press('me.password')(at); }),
  scene('frame-unknown', 'phatthanh', 'khong-co'),
  scene('frame-forbidden', 'congan', 'quan-tri'),

  scene('cast-empty', 'phatthanh', 'phat-thanh'),
  scene('cast-text', 'phatthanh', 'phat-thanh', async (at) => { await type(at, notice); await at.page.waitForTimeout(1500); }),
  scene('cast-heard', 'phatthanh', 'phat-thanh', async (at) => { await type(at, notice); await press('cast.listen')(at); await at.page.locator('.player').first().waitFor(); }),
  dialog('cast-templates', 'phatthanh', 'phat-thanh', press('lib.template')),
  dialog('cast-template', 'phatthanh', 'phat-thanh', async (at) => { await press('lib.template')(at); await at.page.getByRole('dialog').getByRole('button', { name: /^Tạm ngừng cấp điện/ }).click(); }),
  scene('cast-file', 'phatthanh', 'phat-thanh', ({ page, w }) => page.getByRole('radio', { name: w('cast.file') }).check()),
  scene('cast-record', 'phatthanh', 'phat-thanh', ({ page, w }) => page.getByRole('radio', { name: w('cast.record') }).check()),
  scene('cast-depth', 'phatthanh', 'phat-thanh', async ({ page }) => { for (const s of await page.locator('summary').all()) await s.click(); }),
  scene('cast-where', 'phatthanh', 'phat-thanh', async (at) => { await type(at, notice); await toStep(1)(at); await at.page.getByRole('radio', { name: at.w('cast.whereVillages') }).check(); await at.page.locator('.pick input').nth(1).check(); }),
  scene('cast-clusters', 'phatthanh', 'phat-thanh', async (at) => { await type(at, notice); await toStep(1)(at); await at.page.getByRole('radio', { name: at.w('cast.whereClusters') }).check(); await at.page.locator('.pick input').nth(4).check(); }),
  scene('cast-weekly', 'phatthanh', 'phat-thanh', async (at) => { await type(at, notice); await toStep(2)(at); await at.page.getByRole('radio', { name: at.w('cast.weekly') }).check(); await at.page.waitForTimeout(1500); }),
  scene('cast-rule', 'phatthanh', 'phat-thanh', async (at) => { await type(at, notice); await toStep(2)(at); await at.page.getByRole('radio', { name: at.w('recur.custom') }).check(); await at.page.waitForTimeout(1500); }),
  dialog('cast-emergency', 'phatthanh', 'phat-thanh', async (at) => { await type(at, notice); await at.page.getByRole('radio', { name: at.w('level.emergency') }).check(); await toStep(2)(at); await at.page.locator('form button.btn:not([type=button]):visible').first().click(); }),

  scene('announcement-on-air', 'phatthanh', () => `ban-tin/${onAir}`),
  dialog('announcement-stop', 'phatthanh', () => `ban-tin/${onAir}`, press('one.stop')),
  scene('announcement-done', 'phatthanh', (l) => `ban-tin/${l.announcement('Nhắc nộp thuế đất')}`),
  scene('announcement-submitted', 'phatthanh', (l) => `ban-tin/${l.announcement('Họp thôn tối thứ Sáu')}`),
  scene('announcement-returned', 'phatthanh', (l) => `ban-tin/${l.announcement('Tiêm chủng cho trẻ em')}`),
  scene('announcement-scheduled', 'phatthanh', (l) => `ban-tin/${l.announcement('Lịch lấy nước vụ xuân')}`),
  scene('announcement-draft', 'phatthanh', (l) => `ban-tin/${l.announcement('Kế hoạch làm đường bê tông')}`),
  scene('announcement-cancelled', 'phatthanh', (l) => `ban-tin/${l.announcement('Đá bóng giao hữu')}`),
  scene('announcement-gone', 'phatthanh', 'ban-tin/khong-co'),

  scene('approvals', 'lanhdao', 'cho-duyet'),
  scene('approvals-return', 'lanhdao', 'cho-duyet', press('appr.return')),
  scene('emergency', 'lanhdao', 'khan-cap'),
  scene('emergency-template', 'lanhdao', 'khan-cap', ({ page }) => page.getByRole('radio', { name: 'Báo cháy, kêu gọi chữa cháy' }).check()),

  scene('calendar', 'phatthanh', 'lich'),
  scene('calendar-next', 'phatthanh', 'lich', async (at) => { await press('cal.next')(at); await at.page.locator('.chip').first().waitFor(); }),
  dialog('calendar-occurrence', 'phatthanh', 'lich', async (at) => { await press('cal.next')(at); await at.page.locator('.chip').first().click(); }),
  dialog('calendar-move', 'phatthanh', 'lich', async (at) => { await press('cal.next')(at); await at.page.locator('.chip').first().click(); await press('cal.move')(at); }),
  scene('programme-new', 'phatthanh', 'chuong-trinh/moi'),
  scene('programme', 'phatthanh', (l) => `chuong-trinh/${l.programme('Chương trình sáng')}`, ({ page }) => page.locator('.pieces li').first().waitFor()),
  dialog('programme-pick', 'phatthanh', 'chuong-trinh/moi', press('prog.addItem')),

  scene('journal', 'phatthanh', 'nhat-ky', ({ page }) => page.locator('.lines .line').first().waitFor()),
  scene('journal-open', 'phatthanh', 'nhat-ky', async ({ page }) => { await page.getByRole('button', { name: 'Nhắc nộp thuế đất' }).click(); }),
  scene('journal-bad', 'kythuat', 'nhat-ky', ({ page, w }) => page.getByLabel(w('jour.result')).selectOption('bad')),
  scene('journal-week', 'phatthanh', 'nhat-ky', async ({ page, w }) => { await page.getByRole('radio', { name: w('jour.span7') }).check(); await page.getByLabel(w('jour.place')).selectOption('village/na-nghiu'); }),
  scene('journal-unheard', 'phatthanh', 'nhat-ky', async ({ page, w }) => { await page.getByLabel(w('jour.result')).selectOption('unheard'); await page.locator('.line').first().click(); }),
  scene('journal-none', 'phatthanh', 'nhat-ky', ({ page }) => page.getByRole('searchbox').fill('xyz')),
  scene('journal-empty', 'phatthanh', 'nhat-ky', press('jour.prev')),
  scene('journal-proof', 'phatthanh', 'nhat-ky', async (at) => { await press('proof.check')(at); await at.page.locator('.hash').waitFor(); }),
  scene('report', 'lanhdao', 'bao-cao', ({ page }) => page.locator('.sums').waitFor()),
  scene('report-open', 'lanhdao', 'bao-cao', async ({ page }) => { for (const b of await page.locator('th button').all()) await b.click(); }),
  scene('report-empty', 'lanhdao', 'bao-cao', press('rep.prev')),

  scene('cameras-police', 'congan', 'camera', ({ page }) => page.waitForTimeout(1500)),
  scene('cameras', 'phatthanh', 'camera'),
  scene('cameras-none', 'congan', 'camera', ({ page }) => page.getByRole('searchbox').fill('xyz')),
  scene('camera-good', 'congan', 'camera/cam-01', ({ page }) => page.waitForTimeout(1500)),
  scene('camera-bad', 'congan', 'camera/cam-03', ({ page }) => page.waitForTimeout(1500)),
  scene('camera-stalled', 'kythuat', 'camera/cam-07', ({ page }) => page.waitForTimeout(1000)),
  scene('camera-gone', 'congan', 'camera/cam-99'),
  scene('devices', 'kythuat', 'thiet-bi'),
  scene('devices-none', 'kythuat', 'thiet-bi', ({ page }) => page.getByRole('searchbox').fill('xyz')),
  scene('device-playing', 'kythuat', 'thiet-bi/loa-01', ({ page }) => page.waitForTimeout(1000)),
  scene('device-tested', 'kythuat', 'thiet-bi/loa-06', ({ page }) => page.waitForTimeout(1000)),
  scene('device-offline', 'kythuat', 'thiet-bi/loa-05', ({ page }) => page.waitForTimeout(1000)),
  scene('device-muted', 'kythuat', 'thiet-bi/loa-08', ({ page }) => page.waitForTimeout(1000)),
  scene('device-new', 'kythuat', 'thiet-bi/loa-11'),
  scene('device-reader', 'phatthanh', 'thiet-bi/loa-02'),
  scene('device-gone', 'kythuat', 'thiet-bi/loa-99'),
  dialog('device-reboot', 'kythuat', 'thiet-bi/loa-01', press('ctl.reboot')),

  scene('admin-people', 'quantri', 'quan-tri'),
  dialog('admin-person-add', 'quantri', 'quan-tri', press('adm.addUser')),
  dialog('admin-person-edit', 'quantri', 'quan-tri', ({ page }) => page.locator('.lines button').first().click()),
  dialog('admin-person-reset', 'quantri', 'quan-tri', async (at) => { await at.page.locator('.lines button').first().click(); await press('adm.reset')(at); }),
  scene('admin-places', 'kythuat', 'quan-tri/noi'),
  scene('admin-cameras', 'kythuat', 'quan-tri/noi', ({ page }) => page.locator('input[value=cameras]').check()),
  scene('admin-villages', 'kythuat', 'quan-tri/noi', ({ page }) => page.locator('input[value=villages]').check()),
  dialog('admin-cluster', 'quantri', 'quan-tri/noi', ({ page }) => page.locator('.lines button').first().click()),
  dialog('admin-cluster-add', 'kythuat', 'quan-tri/noi', press('adm.addCluster')),
  dialog('admin-cluster-remove', 'quantri', 'quan-tri/noi', async (at) => { await at.page.locator('.lines button').first().click(); await press('adm.remove')(at); }),
  dialog('admin-cluster-renew', 'quantri', 'quan-tri/noi', async (at) => { await at.page.locator('.lines button').first().click(); await press('adm.credentials')(at); }),
  dialog('admin-camera', 'kythuat', 'quan-tri/noi?sua=cam-03', ({ page }) => page.getByRole('dialog').waitFor()),
  scene('admin-rules', 'quantri', 'quan-tri/quy-dinh'),
  scene('admin-rules-technician', 'kythuat', 'quan-tri/quy-dinh'),
  scene('admin-rules-changed', 'quantri', 'quan-tri/quy-dinh', ({ page }) => page.locator('#max-day').fill('3')),
  dialog('admin-volume', 'quantri', 'quan-tri/quy-dinh', ({ page }) => page.locator('.lines button').last().click()),
  scene('admin-wording', 'quantri', 'quan-tri/mau'),
  dialog('admin-template', 'quantri', 'quan-tri/mau', ({ page }) => page.locator('.lines button').first().click()),
  scene('admin-public', 'quantri', 'quan-tri/cong-khai'),
  scene('admin-audit', 'quantri', 'quan-tri/thao-tac'),

  scene('slow', 'phatthanh', 'nhat-ky', async ({ page }) => {
    await page.route('**/api/journal?*', () => {}); // never answered
    await page.reload();
    await page.locator('main .bones').waitFor();
  }),
  scene('failed', 'phatthanh', 'nhat-ky', async ({ page }) => {
    await page.route('**/api/journal?*', (r) => r.fulfill({ status: 500, body: 'no' }));
    await page.reload();
    await page.locator('main .tip.bad').waitFor();
  }),
];

let stage: Stage;
let life: Life | undefined;
let onAir = '';

beforeAll(async () => {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  stage = await openStage();
  life = await fill(stage);
}, 600_000);
afterAll(async () => {
  await life?.close();
  await stage.close();
});

const chosen = scenes.filter((s) => s.name.startsWith(only));

for (const lang of ['vi', 'en'] as Lang[]) {
  for (const size of ['phone', 'wide'] as const) {
    test(`${lang} ${size}`, async () => {
      onAir = await life!.sound();
      const pages = new Map<Who, Page>();
      for (const s of chosen.filter((x) => !x.size || x.size === size)) {
        let page = pages.get(s.who);
        if (!page) {
          page = await stage.open(s.who, '', { viewport: SIZES[size], hasTouch: size === 'phone' });
          await page.evaluate((l) => localStorage.setItem('smart-commune.lang', l), lang);
          page.setDefaultTimeout(8000);
          pages.set(s.who, page);
        }
        await take(s, { page, size, life: life!, w: (key, values) => fillIn(catalogue[key][lang], values) }, `${lang}-${size}`);
      }
      await life!.stop();
      for (const page of pages.values()) await page.context().close();
    }, 1_800_000);
  }
}

async function take(s: Scene, at: At, label: string): Promise<void> {
  const { page } = at;
  const say = (what: string) => appendFileSync(join(out, 'faults.txt'), `${s.name} ${label}: ${what}\n`);
  try {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.evaluate(() => { for (const k of Object.keys(localStorage)) if (k.startsWith('smart-commune.draft')) localStorage.removeItem(k); });
    await page.goto(`${stage.url}/?${s.name}#/${typeof s.view === 'function' ? s.view(at.life) : s.view}`);
    await page.locator('main .page, main .card').first().waitFor();
    await page.waitForTimeout(400);
    await s.act?.(at);
    await page.waitForTimeout(400);
    for (const found of new Set(await faults(page))) say(found);
  } catch (e) {
    say(`could not be shown: ${String(e).split('\n')[0]}`);
  }
  // A view is taken on a screen as high as it is, so that the bars stand where they belong.
  const size = SIZES[at.size];
  if (!s.dialog) await page.setViewportSize({ width: size.width, height: await page.evaluate(() => Math.min(9000, Math.max(innerHeight, document.documentElement.scrollHeight))) });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(out, `${s.name}.${label}-${colorScheme}.png`), animations: 'disabled' });
  }
  await page.setViewportSize(size);
}
