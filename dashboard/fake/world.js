/**
 * A commune in memory that behaves as the hub's API says: for looking at the
 * page and testing it without a hub. It keeps nothing.
 */
import { createHash, randomBytes } from 'node:crypto';

const VILLAGES = [
  ['ban-pieng', 'Bản Piềng', 22.236, 105.846], ['bac-lanh-chang', 'Bắc Lanh Chang', 22.214, 105.821],
  ['nam-lanh-chang', 'Nam Lanh Chang', 22.203, 105.831], ['cao-loc', 'Cao Lộc', 22.226, 105.866],
  ['lung-chang', 'Lủng Chang', 22.189, 105.848], ['na-chuong', 'Nà Chuông', 22.219, 105.843],
  ['na-nghiu', 'Nà Nghịu', 22.209, 105.861], ['pac-chang', 'Pác Chang', 22.196, 105.872],
];
const CLUSTER_VILLAGES = ['ban-pieng', 'bac-lanh-chang', 'nam-lanh-chang', 'cao-loc', 'lung-chang', 'na-chuong', 'na-chuong', 'na-nghiu', 'na-nghiu', 'pac-chang'];
const CAMERAS = [
  ['Cổng UBND xã', 'na-chuong'], ['Ngã ba Nà Chuông', 'na-chuong'], ['Cầu Bản Piềng', 'ban-pieng'], ['Trường tiểu học', 'bac-lanh-chang'],
  ['Nhà văn hóa Nam Lanh Chang', 'nam-lanh-chang'], ['Chợ Cao Lộc', 'cao-loc'], ['Đập Lủng Chang', 'lung-chang'], ['Ngã tư Nà Nghịu', 'na-nghiu'], ['Trạm y tế', 'pac-chang'],
];

const ROLES = {
  broadcaster: ['announce', 'operate'], approver: ['announce', 'approve', 'operate'], police: ['picture'],
  technician: ['inventory', 'operate'], admin: ['announce', 'approve', 'inventory', 'users', 'audit', 'operate'],
};

const iso = (ms) => new Date(ms).toISOString();
const pad = (n) => String(n).padStart(2, '0');
const sha = (s) => createHash('sha256').update(s).digest('hex');
const between = (a, b) => a + Math.random() * (b - a);
const near = (lat, lon, i) => ({ lat: lat + Math.sin(i * 2.3) * 0.0035, lon: lon + Math.cos(i * 2.3) * 0.0035 });

export class World {
  epoch = randomBytes(8).toString('hex');
  seq = 0;
  ring = [];
  listeners = new Set();
  announcements = [];
  programmes = [];
  onAir = new Map();
  entries = [];
  sounds = new Map();
  audit = [];
  timers = new Set();
  entrySeq = 0;

  constructor({ approval = 'two-person', empty = false, trouble = true, large = false } = {}) {
    const now = Date.now();
    this.commune = { id: 'luc-binh', name: 'Lục Bình', province: 'Bắc Kạn', time_zone: 'Asia/Ho_Chi_Minh' };
    this.villages = VILLAGES.map(([id, name, lat, lon]) => ({ id, name, position: { lat, lon } }));
    const place = (v, i) => { const found = VILLAGES.find((x) => x[0] === v); return near(found[2], found[3], i); };
    this.clusters = CLUSTER_VILLAGES.map((v, i) => ({
      id: `loa-${pad(i + 1)}`, name: `Cụm loa ${i + 1}`, village: v, position: place(v, i), volume: 80,
      online: !(trouble && i === 4), since: iso(now - (i + 1) * 3_700_000), firmware: '1.0.0', model: 'firmware-sim', plan_hash: sha('plan'), plan_current: true,
      set_volume: 80, clock_offset_ms: between(-3, 3), readings: this.readings(i, trouble && i === 4 ? now - 5_000_000 : now),
    }));
    this.cameras = CAMERAS.map(([name, v], i) => ({
      id: `cam-${pad(i + 1)}`, name, village: v, position: place(v, i + 20), url: `rtsp://192.168.1.${20 + i}:554/stream1`,
      health: { state: 'healthy', since: iso(now - 86_400_000), fps: 15, bitrate_kbps: 1200 + i * 30, last_frame_at: iso(now), codec: 'H264', width: 1280, height: 720, picture_at: iso(now - 4000) },
    }));
    if (trouble) {
      Object.assign(this.cameras[6].health, { state: 'down', reason: 'no_frames', since: iso(now - 7_800_000), fps: 0, bitrate_kbps: 0, detail: 'no frame for 7800 s while RTSP answers OPTIONS' });
      Object.assign(this.cameras[2].health, { state: 'suspect', reason: 'timeout', since: iso(now - 8000), fps: 3.2, detail: 'dial tcp 192.168.1.22:554: i/o timeout' });
    }
    if (large) this.grow();
    this.hub = { version: '0.1.0', started_at: iso(now - 90_000_000), broker: true, influx: { configured: false, lag_points: 0, rejected_points: 0 }, approval, public_page: '/public/' };
    this.users = [
      ['phatthanh', 'Nguyễn Thị Hoa', 'broadcaster'], ['lanhdao', 'Hoàng Văn Minh', 'approver'], ['congan', 'Lý Văn Tuấn', 'police'],
      ['kythuat', 'Triệu Văn Sơn', 'technician'], ['quantri', 'Nông Thị Lan', 'admin'],
    ].map(([name, display_name, role]) => ({ name, display_name, role, created_at: iso(now - 40 * 86_400_000), last_login_at: iso(now - 3_600_000) }));
    this.passwords = new Map(this.users.map((u) => [u.name, 'lucbinh2026']));
    this.next = [];
    if (!empty) this.history(now);
    this.every(10_000, () => this.measure());
    this.every(1000, () => this.frames());
  }

  /** A merged commune: 36 villages, 60 clusters. */
  grow() {
    for (let i = this.villages.length; i < 36; i++) this.villages.push({ id: `thon-${i}`, name: `Thôn ${i}`, position: { lat: 22.15 + (i % 6) * 0.02, lon: 105.78 + Math.floor(i / 6) * 0.03 } });
    for (let i = this.clusters.length; i < 60; i++) this.clusters.push({ ...structuredClone(this.clusters[i % 10]), id: `loa-${i + 1}`, name: `Cụm loa ${i + 1}`, village: this.villages[i % 36].id, position: this.villages[i % 36].position });
  }

  permissions(user) { return ROLES[user.role]; }

  every(ms, f) { const t = setInterval(f, ms); this.timers.add(t); }
  after(ms, f) { const t = setTimeout(() => { this.timers.delete(t); f(); }, ms); this.timers.add(t); return t; }
  close() { for (const t of this.timers) { clearInterval(t); clearTimeout(t); } }

  readings(i, at) {
    const r = (value) => ({ at: iso(at), value });
    return { temperature_c: r(31 + i * 0.7 + between(-0.5, 0.5)), supply_v: r(12.4 + between(-0.1, 0.1)), amp_current_a: r(0.12), signal_dbm: r(-71 - i * 2), volume_pct: r(80), playing: r(0) };
  }

  snapshot() {
    return {
      epoch: this.epoch, seq: this.seq, now: iso(Date.now()), commune: this.commune, villages: this.villages, clusters: this.clusters, cameras: this.cameras,
      announcements: this.announcements, programmes: this.programmes, on_air: [...this.onAir.values()], next: this.next, hub: this.hub,
    };
  }

  change(part) {
    const c = structuredClone({ seq: ++this.seq, ...part });
    this.ring.push(c);
    if (this.ring.length > 500) this.ring.shift();
    for (const l of this.listeners) l([c]);
  }

  /** What a page that holds epoch and seq needs to catch up. */
  since({ epoch, seq }) {
    if (epoch !== this.epoch || seq > this.seq || (this.ring.length && seq < this.ring[0].seq - 1)) return { snapshot: this.snapshot() };
    return { changes: this.ring.filter((c) => c.seq > seq) };
  }

  measure() {
    for (const [i, c] of this.clusters.entries()) {
      if (!c.online) continue;
      c.readings = this.readings(i, Date.now());
      if (c.playing) Object.assign(c.readings, { amp_current_a: { at: iso(Date.now()), value: 2.1 }, playing: { at: iso(Date.now()), value: 1 }, level_dbfs: { at: iso(Date.now()), value: -18.4 } });
      this.change({ cluster: c });
    }
  }

  frames() {
    for (const c of this.cameras) {
      if (c.health.state !== 'healthy') continue;
      c.health.last_frame_at = iso(Date.now());
      c.health.fps = 15 + between(-0.3, 0.3);
      if (Math.random() < 0.1) { c.health.picture_at = iso(Date.now()); this.change({ camera: c }); }
    }
  }

  sound(seed, duration_ms) {
    const sha256 = sha(seed);
    const s = { sha256, bytes: duration_ms * 24, duration_ms, lufs: -16.1, true_peak_dbtp: -1.4 };
    this.sounds.set(sha256, s);
    return s;
  }

  targets(target) {
    return this.clusters.filter((c) => target.all || target.villages?.includes(c.village) || target.clusters?.includes(c.id)).map((c) => c.id);
  }

  submit(who, draft, onlyDraft = false) {
    const text = draft.text ?? '';
    const sound = draft.audio ? this.sounds.get(draft.audio) : this.sound(text, Math.max(3000, Math.round((text.length / 14) * 1000)));
    const a = {
      id: 'tb-' + Date.now().toString(36) + randomBytes(5).toString('hex'), ...draft, sound, state: 'submitted', created_by: who, created_at: iso(Date.now()), clusters: this.targets(draft.target),
    };
    this.announcements.push(a);
    if (onlyDraft) { a.state = 'draft'; this.change({ announcement: a }); } else this.handIn(who, a);
    return a;
  }

  handIn(who, a) {
    a.state = 'submitted';
    if (this.hub.approval === 'one-person') this.approve(who, a);
    else this.change({ announcement: a });
  }

  approve(who, a) {
    Object.assign(a, { state: 'scheduled', decided_by: who, decided_at: iso(Date.now()) });
    this.change({ announcement: a });
    if (a.when.kind === 'now') this.play(a, Date.now() + 2000);
    else { this.next = [{ id: `${a.id}@1`, announcement: a.id, title: a.title ?? '', level: a.level, start: a.when.at ?? iso(Date.now() + 5_000_000), duration_ms: a.sound.duration_ms, deliveries: null }, ...this.next]; this.change({ next: this.next }); }
  }

  occurrence(a, start) {
    return { id: `${a.id}@${Math.round(start / 1000)}`, announcement: a.id, title: a.title || (a.text ?? '').slice(0, 60), level: a.level, start: iso(start), duration_ms: a.sound.duration_ms, deliveries: a.clusters.map((cluster) => ({ cluster, state: 'pending' })) };
  }

  play(a, start) {
    const o = this.occurrence(a, start);
    this.onAir.set(o.id, o);
    this.change({ on_air: o });
    const wait = Math.max(0, start - Date.now());
    for (const [i, d] of o.deliveries.entries()) {
      const c = this.clusters.find((x) => x.id === d.cluster);
      const set = (more) => { if (d.state === 'stopped') return false; Object.assign(d, more); this.change({ on_air: o }); return true; };
      if (!c.online) {
        this.after(wait + 6000, () => set({ state: 'missed', reason: 'offline', entry: this.entry(o, d.cluster, 'missed', 'offline', null) }));
        continue;
      }
      this.after(Math.min(wait, 200 + i * 60), () => set({ state: 'received' }));
      this.after(wait + i * 70, () => { if (set({ state: 'playing' })) { c.playing = { occurrence: o.id, announcement: a.id, title: o.title, level: o.level, started_at: iso(Date.now()), duration_ms: o.duration_ms }; this.change({ cluster: c }); } });
      this.after(wait + o.duration_ms + i * 130, () => { if (set({ state: 'played', entry: this.entry(o, d.cluster, 'played', '', -18 - i * 0.3) })) { delete c.playing; this.change({ cluster: c }); } });
    }
    this.after(wait + o.duration_ms + 8000, () => { if (a.state === 'scheduled' && a.when.kind === 'now') { a.state = 'done'; this.change({ announcement: a }); } });
  }

  stop(a) {
    a.state = 'cancelled';
    this.change({ announcement: a });
    this.next = this.next.filter((o) => o.announcement !== a.id);
    this.change({ next: this.next });
    for (const o of this.onAir.values()) {
      if (o.announcement !== a.id) continue;
      for (const d of o.deliveries) {
        if (['pending', 'received', 'playing'].includes(d.state)) Object.assign(d, { state: 'stopped', reason: 'stopped', entry: this.entry(o, d.cluster, 'stopped', 'stopped', -18) });
        const c = this.clusters.find((x) => x.id === d.cluster);
        if (c?.playing) { delete c.playing; this.change({ cluster: c }); }
      }
      this.change({ on_air: o });
    }
  }

  entry(o, cluster, result, reason, level) {
    const start = Date.parse(o.start);
    const seq = ++this.entrySeq;
    const e = {
      seq, commune: 'luc-binh', cluster, play: `p${seq}`, occurrence: o.id, announcement: o.announcement, title: o.title, planned_at: o.start,
      ...(result === 'missed' ? {} : { started_at: iso(start + 4) }), ended_at: iso(start + o.duration_ms), result, ...(reason ? { reason } : {}),
      ...(level === null ? {} : { level_dbfs: level, current_a: 2.1 }), recorded_at: iso(Date.now()), prev_hash: '', hash: sha(String(seq)),
    };
    this.entries.push(e);
    return e;
  }

  /** A morning that has already been. */
  history(now) {
    const make = (title, text, when, level, state, by, at, extra = {}) => {
      const a = {
        id: 'tb-' + sha(title).slice(0, 26), title, text, level, target: { all: true }, when, sound: this.sound(text, 38_000), state, created_by: by, created_at: iso(at),
        ...(state === 'submitted' ? {} : { decided_by: 'lanhdao', decided_at: iso(at + 600_000) }), clusters: this.clusters.map((c) => c.id), ...extra,
      };
      this.announcements.push(a);
      return a;
    };
    const morning = make('Bản tin sáng', 'Kính thưa bà con, sau đây là bản tin sáng của Đài truyền thanh xã Lục Bình.', { kind: 'daily', time: '05:30' }, 'normal', 'scheduled', 'phatthanh', now - 20 * 86_400_000);
    const rice = make('Lịch lấy nước vụ xuân', 'Đề nghị các hộ dân thôn Nà Chuông và Nà Nghịu chủ động lấy nước vào ruộng từ ngày 22 đến ngày 25.', { kind: 'weekly', time: '17:00', days: [1, 2, 3, 4, 5, 6] }, 'priority', 'scheduled', 'phatthanh', now - 3 * 86_400_000);
    make('Họp thôn tối thứ Sáu', 'Mời bà con đến nhà văn hóa thôn họp lúc 19 giờ 30 để bàn việc làm đường bê tông nội thôn.', { kind: 'now' }, 'normal', 'submitted', 'phatthanh', now - 240_000, { target: { villages: ['na-chuong', 'na-nghiu'] }, clusters: ['loa-06', 'loa-07', 'loa-08', 'loa-09'] });
    make('Tiêm phòng cho trâu bò', 'Trạm thú y tổ chức tiêm phòng lở mồm long móng cho trâu bò.', { kind: 'once', at: iso(now + 40_000_000) }, 'normal', 'returned', 'phatthanh', now - 7_200_000, { remark: 'Ghi rõ ngày giờ và địa điểm tiêm ở từng thôn.' });
    for (const [a, back] of [[morning, 6], [rice, 2.4], [morning, 30], [rice, 26]]) {
      const o = this.occurrence(a, now - back * 3_600_000);
      for (const [i, d] of o.deliveries.entries()) {
        const bad = d.cluster === 'loa-05' && back < 7;
        this.entry(o, d.cluster, bad ? 'missed' : 'played', bad ? 'offline' : '', bad ? null : -17.5 - i * 0.4);
      }
    }
    const o = (a, start) => ({ id: `${a.id}@${Math.round(start / 1000)}`, announcement: a.id, title: a.title, level: a.level, start: iso(start), duration_ms: a.sound.duration_ms, deliveries: null });
    this.next = [o(rice, now + 5_400_000), o(morning, now + 36_000_000), o(rice, now + 90_000_000), o(morning, now + 122_000_000)];
    for (let i = 0; i < 30; i++) this.note(i % 3 ? 'phatthanh' : 'lanhdao', i % 3 ? 'announcement.create' : 'announcement.approve', morning.id, now - i * 5_400_000);
  }

  note(who, action, object = '', at = Date.now()) {
    this.audit.unshift({ seq: this.audit.length + 1, at: iso(at), who, from: '10.0.0.12', action, object });
  }

  /** The faults that a test asks for, as the simulator knows them. */
  camera(id, state, reason) {
    const c = this.cameras.find((x) => x.id === id);
    const healthy = state === 'healthy';
    Object.assign(c.health, { state, since: iso(Date.now()), fps: healthy ? 15 : 0, bitrate_kbps: healthy ? 1200 : 0 });
    if (reason) c.health.reason = reason;
    else delete c.health.reason;
    this.change({ camera: c });
  }

  cluster(id, online) {
    const c = this.clusters.find((x) => x.id === id);
    Object.assign(c, { online, since: iso(Date.now()) });
    this.change({ cluster: c });
  }

  points(metric, since, until, count) {
    const base = { temperature_c: [33, 6], supply_v: [12.4, 0.3], amp_current_a: [0.2, 0.05], signal_dbm: [-75, 5], volume_pct: [80, 0], level_dbfs: [-18, 2], fps: [15, 0.6], bitrate_kbps: [1200, 90] }[metric] ?? [0, 0];
    const step = Math.max(10_000, (until - since) / count);
    const out = [];
    for (let at = since; at < until; at += step) {
      const hour = (at / 3_600_000 + 7) % 24;
      if (hour > 3 && hour < 3.6) continue;
      const mean = base[0] + base[1] * Math.sin(((hour - 9) / 24) * 2 * Math.PI) + base[1] * 0.1 * Math.sin(at / 137_000);
      out.push({ at: iso(at), mean, min: mean - base[1] * 0.12, max: mean + base[1] * 0.12, count: 6 });
    }
    return out;
  }
}
