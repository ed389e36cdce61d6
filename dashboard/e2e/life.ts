/**
 * Fills a real hub with the life of a commune, so that its pages are looked at
 * as people will see them: programmes, announcements in every state, a day that
 * was played, clusters that are away, muted or weak, cameras that are ill. A hub
 * that was filled before is left as it is.
 */
import { request, type APIRequestContext } from 'playwright-core';
import type { Announcement, Draft, Programme, ProgrammeDraft, Rules, Snapshot, Sound, VolumeRule, When } from '../src/api/types';
import { PASSWORD, type Stage, type Who } from './stage';

export interface Life {
  announcement(title: string): string;
  programme(title: string): string;
  /** Lets a long announcement sound on most clusters, for ten minutes. */
  sound(): Promise<string>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

const SECOND = 1000;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** The last that is made: with it a hub is full of life. */
const LAST = 'Nhắc nộp thuế đất';

export async function fill(stage: Stage): Promise<Life> {
  const people = new People(stage.url);
  const list = async () => (await people.ask<{ announcements: Announcement[] }>('phatthanh', 'GET', '/api/announcements?limit=200')).announcements;
  if (!(await list()).some((a) => a.title === LAST)) {
    await settle(people);
    await programmes(people, await library(people));
    await everyState(people);
    await devices(people);
    await playedDay(people, stage);
  }
  for (const [device, fault] of [['loa-05', 'offline'], ['loa-09', 'offline'], ['cam-03', 'password'], ['cam-07', 'stall']] as const) await stage.fault(device, fault);
  const [announcements, shows] = await Promise.all([list(), people.ask<{ programmes: Programme[] }>('phatthanh', 'GET', '/api/programmes')]);
  const idOf = (all: { id: string; title?: string }[]) => (title: string) => {
    const found = all.find((x) => x.title === title);
    if (!found) throw new Error(`there is no “${title}”`);
    return found.id;
  };
  return {
    announcement: idOf(announcements),
    programme: idOf(shows.programmes),
    sound: () => sound(people),
    async stop() { await people.ask('lanhdao', 'POST', '/api/stop', {}); },
    close: () => people.close(),
  };
}

/** Calls as one person or another. */
class People {
  readonly #contexts = new Map<Who, APIRequestContext>();
  constructor(readonly url: string) {}

  async as(who: Who): Promise<APIRequestContext> {
    let context = this.#contexts.get(who);
    if (!context) {
      context = await request.newContext({ baseURL: this.url, extraHTTPHeaders: { 'X-Requested-With': 'smart-commune' } });
      this.#contexts.set(who, context);
      await context.post('/api/login', { data: { name: who, password: PASSWORD } });
    }
    return context;
  }

  async ask<T>(who: Who, method: string, path: string, data?: object): Promise<T> {
    const r = await (await this.as(who)).fetch(path, { method, timeout: 120 * SECOND, ...(data ? { data } : {}) });
    const text = await r.text();
    if (!r.ok()) throw new Error(`${method} ${path} ${JSON.stringify(data)}: ${r.status()} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  submit = (d: Draft, draft = false) => this.ask<Announcement>('phatthanh', 'POST', `/api/announcements${draft ? '?draft=true' : ''}`, d);
  approve = (a: { id: string }) => this.ask<Announcement>('lanhdao', 'POST', `/api/announcements/${a.id}/approve`, {});
  letOut = async (d: Draft) => this.approve(await this.submit(d));
  snapshot = () => this.ask<Snapshot>('quantri', 'GET', '/api/snapshot');

  async until(what: string, holds: (s: Snapshot) => boolean): Promise<void> {
    for (const end = Date.now() + 120 * SECOND; !holds(await this.snapshot()); await pause(300)) if (Date.now() > end) throw new Error(`in vain: ${what}`);
  }

  /** Lets out what plays at once, and waits until every cluster has had its say. */
  async play(d: Draft): Promise<void> {
    const a = await this.letOut(d);
    await this.until(`“${d.title}” is over`, (s) => s.announcements.find((x) => x.id === a.id)?.state !== 'scheduled');
  }

  async close(): Promise<void> { for (const context of this.#contexts.values()) await context.dispose(); }
}

const say = (title: string, text: string, more: Partial<Draft> = {}): Draft => ({ title, text, level: 'normal', target: { all: true }, when: { kind: 'now' }, ...more });

/** A day of the commune's calendar, a number of days from today. */
const day = (ahead: number): string => new Date(Date.now() + (7 + 24 * ahead) * 3600 * SECOND).toISOString().slice(0, 10);
const at = (ahead: number, hour: number) => `${day(ahead)}T${String(hour).padStart(2, '0')}:00:00+07:00`;

async function setVolumes(people: People, change: (old: VolumeRule[]) => VolumeRule[], more: Partial<Rules> = {}): Promise<void> {
  const r = await people.ask<Rules>('quantri', 'GET', '/api/rules');
  await people.ask('quantri', 'PUT', '/api/rules', { ...r, volumes: change(r.volumes), ...more });
}

const settle = (people: People) => setVolumes(people, () => [{ from: '21:00', to: '06:00', volume: 40 }, { level: 'emergency', volume: 100 }, { cluster: 'loa-02', from: '08:00', to: '17:00', volume: 60 }], {
  approval: 'two-person', abbreviations: { NVH: 'nhà văn hóa', THCS: 'trung học cơ sở', HTX: 'hợp tác xã' },
});

/** What programmes take up. */
async function library(people: People): Promise<Announcement[]> {
  const when: When = { kind: 'programme' };
  const made = [
    await people.letOut(say('Thông báo tạm ngừng cấp điện', 'Kính thưa bà con. Lưới điện sẽ tạm ngừng cung cấp từ 7h30 đến 11h00, ngày 25/11, để thay máy biến áp. Khu vực mất điện: thôn Nà Chuông, thôn Pác Chang.',
      { level: 'priority', when, source: { signer: 'Điện lực Chợ Mới', document: '118/TB-ĐL' } })),
    await people.letOut(say('Tiêm phòng lở mồm long móng', 'UBND xã tổ chức tiêm phòng cho trâu, bò từ ngày 24/11. Đề nghị bà con nhốt giữ vật nuôi tại nhà.',
      { when, versions: [{ language: 'en', text: 'Cattle are vaccinated from the twenty-fourth of November.' }], opening: 'opening', repeat: 2, gap_s: 5 })),
    await people.letOut(say('Tổng vệ sinh đường làng ngõ xóm', 'Sáng thứ Bảy, mỗi hộ cử một người tham gia tổng vệ sinh, tập trung tại NVH thôn lúc 6h30.', { when })),
  ];
  await people.submit(say('Hội diễn văn nghệ các thôn', 'Mời bà con đến xem hội diễn văn nghệ tại sân UBND xã tối ngày 30/11.', { when }));
  return made;
}

/** One that runs, one that waits, one half made. */
async function programmes(people: People, shelf: Announcement[]): Promise<void> {
  const items: ProgrammeDraft['items'] = shelf.map((a) => ({ announcement: a.id, gap_s: 3 }));
  const add = (title: string, when: When, of: ProgrammeDraft['items'], draft = false) =>
    people.ask<Programme>('phatthanh', 'POST', `/api/programmes${draft ? '?draft=true' : ''}`, { title, target: { all: true }, when, opening: 'opening', closing: 'closing', items: of } satisfies ProgrammeDraft);
  const morning = await add('Chương trình sáng', { kind: 'rule', start: `${day(1)}T06:15`, rrule: 'FREQ=DAILY', lunar: { except: [{ day: 1 }, { day: 15 }] } }, [...items, { fill: { max: 3 } }]);
  await people.ask('lanhdao', 'POST', `/api/programmes/${morning.id}/approve`, {});
  await add('Chương trình chiều', { kind: 'rule', start: `${day(1)}T17:00`, rrule: 'FREQ=WEEKLY;BYDAY=MO,WE,FR' }, items);
  await add('Chuyên mục nông nghiệp', { kind: 'rule', start: `${day(2)}T11:00`, rrule: 'FREQ=WEEKLY;BYDAY=SU' }, items.slice(0, 1), true);
}

async function everyState(people: People): Promise<void> {
  await people.letOut(say('Lịch lấy nước vụ xuân', 'Đề nghị các hộ dân thôn Nà Chuông và Nà Nghịu chủ động lấy nước vào ruộng từ ngày 22 đến ngày 25.',
    { level: 'priority', when: { kind: 'weekly', time: '17:00', days: [1, 2, 3, 4, 5, 6] }, target: { villages: ['na-chuong', 'na-nghiu'] } }));
  await people.letOut(say('Tin thời tiết', 'Dự báo thời tiết ngày mai: có mây, không mưa, đêm và sáng trời rét.', { when: { kind: 'daily', time: '17:00' } }));
  await people.submit(say('Kế hoạch làm đường bê tông', 'Thôn Lủng Chang dự kiến làm đường bê tông nội thôn trong tháng 12.', { when: { kind: 'once', at: at(3, 17) } }), true);
  await people.submit(say('Họp thôn tối thứ Sáu', 'Mời bà con đến nhà văn hóa thôn họp lúc 19h30 để bàn việc làm đường bê tông nội thôn.', { target: { villages: ['na-chuong', 'na-nghiu'] } }));
  await people.submit(say('Chi trả trợ cấp tháng 12', 'UBND xã chi trả trợ cấp cho người cao tuổi từ 8h00 ngày 26/11 tại trụ sở UBND xã. Bà con mang theo CCCD.',
    { level: 'priority', when: { kind: 'once', at: at(2, 7) }, source: { signer: 'Chủ tịch UBND xã', document: '45/TB-UBND' } }));
  const returned = await people.submit(say('Tiêm chủng cho trẻ em', 'Trạm Y tế xã tổ chức tiêm chủng cho trẻ em.', { when: { kind: 'once', at: at(2, 17) } }));
  await people.ask('lanhdao', 'POST', `/api/announcements/${returned.id}/return`, { remark: 'Ghi rõ ngày giờ và địa điểm tiêm ở từng thôn.' });
  const cancelled = await people.letOut(say('Đá bóng giao hữu', 'Chiều chủ nhật có trận bóng đá giao hữu giữa hai thôn.', { when: { kind: 'once', at: at(1, 15) } }));
  await people.ask('phatthanh', 'POST', `/api/announcements/${cancelled.id}/cancel`, {});
}

/** One has tested itself against its reference, one is new. */
async function devices(people: People): Promise<void> {
  const command = (cluster: string, data: object) => people.ask('kythuat', 'POST', `/api/clusters/${cluster}/commands`, data);
  await command('loa-06', { kind: 'volume', volume: 70 });
  await command('loa-06', { kind: 'selftest', reference: true });
  await pause(15 * SECOND);
  await command('loa-06', { kind: 'selftest' });
  await people.ask('kythuat', 'PUT', '/api/clusters/loa-11', { name: 'Loa nhà văn hóa Bản Piềng 2', village: 'ban-pieng', position: { lat: 22.2351, lon: 105.8552 }, volume: 80 });
  await people.ask('quantri', 'POST', '/api/users', { name: 'truongthon', display_name: 'Hoàng Văn Trưởng', role: 'broadcaster', password: 'mot-mat-khau-dai' });
}

/** Enough for each cluster to be compared with itself, then a cluster that whispers and two that are away. */
async function playedDay(people: People, stage: Stage): Promise<void> {
  for (const [title, text] of [
    ['Chào buổi sáng', 'Kính chào bà con. Chúc bà con một ngày mới tốt lành.'], ['Giá nông sản', 'Giá chè búp tươi hôm nay: 8.500đ một ký.'],
    ['Nhắc thu gom rác', 'Đề nghị bà con để rác đúng nơi quy định trước 6h sáng.'], ['Phòng cháy rừng', 'Trời hanh khô, bà con không đốt nương.'],
    ['Khám sức khỏe người cao tuổi', 'Mời các cụ đến khám tại trạm y tế xã.'],
  ] as const) await people.play(say(title, text));
  await people.ask('kythuat', 'POST', '/api/clusters/loa-08/commands', { kind: 'mute', until: new Date(Date.now() + 24 * 3600 * SECOND).toISOString() });
  for (const id of ['loa-05', 'loa-09']) await stage.fault(id, 'offline');
  await people.until('two clusters are away', (s) => s.clusters.filter((c) => !c.online && c.since).length === 2);
  await setVolumes(people, (old) => [...old, { cluster: 'loa-04', level: 'normal', volume: 3 }]);
  await people.play(say(LAST, 'Hạn cuối nộp thuế đất phi nông nghiệp là ngày 30/11.'));
  await setVolumes(people, (old) => old.slice(0, -1));
}

async function sound(people: People): Promise<string> {
  const r = await (await people.as('phatthanh')).post('/api/audio?name=tiep-song.wav', { data: hum(600), headers: { 'Content-Type': 'audio/wav' }, timeout: 120 * SECOND });
  if (!r.ok()) throw new Error(`audio: ${r.status()} ${await r.text()}`);
  const { text: _, ...d } = say('Tiếp sóng thời sự Đài tỉnh', '', { audio: ((await r.json()) as Sound).sha256 });
  const a = await people.letOut(d);
  await people.until('it sounds', (s) => s.clusters.filter((c) => c.playing).length >= 7);
  return a.id;
}

/** Seconds of a sound that comes and goes as speech does, as WAV. */
function hum(seconds: number): Buffer {
  const rate = 8000;
  const n = seconds * rate;
  const b = Buffer.alloc(44 + n * 2);
  b.write('RIFF', 0); b.writeUInt32LE(36 + n * 2, 4); b.write('WAVEfmt ', 8); b.writeUInt32LE(16, 16); b.writeUInt16LE(1, 20); b.writeUInt16LE(1, 22);
  b.writeUInt32LE(rate, 24); b.writeUInt32LE(rate * 2, 28); b.writeUInt16LE(2, 32); b.writeUInt16LE(16, 34); b.write('data', 36); b.writeUInt32LE(n * 2, 40);
  for (let i = 0; i < n; i++) b.writeInt16LE(Math.round(9000 * Math.sin(i * 0.16) * Math.max(0, Math.sin((i / rate) * 5))), 44 + i * 2);
  return b;
}
