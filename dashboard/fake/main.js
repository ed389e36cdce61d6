#!/usr/bin/env node
/**
 * The fake hub: the hub's API and socket over a World, and the built page.
 *   node fake/main.js [--port 8080] [--approval one-person|two-person] [--empty] [--well] [--large]
 * Faults are set on the same port under /fake/.
 */
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { scheduleRoutes } from './schedule.js';
import { World } from './world.js';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' };

/** What the hub makes as files; here they hold nothing. */
const FILES = {
  '/report': 'text/html', '/api/report.pdf': 'application/pdf', '/api/report.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '/public/qr': 'text/html', '/public/qr.svg': 'image/svg+xml', '/api/journal.csv': 'text/csv', '/api/journal.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

class Refusal extends Error {
  constructor(status, code, vi, en, field) { super(en); Object.assign(this, { status, code, vi, en, field }); }
}

/** @param pace how long each step of a long work takes, in milliseconds; 0: until GET /fake/step ends it */
export async function start({ port = 0, pace = 150, ...options } = {}) {
  if (!existsSync(join(DIST, 'index.html'))) throw new Error('the page is not built: run "npm run build" first');
  const world = new World(options);
  const sessions = new Map();
  const sockets = new Set();
  let cut = false;

  const who = (req) => {
    const token = /sc_session=(\w+)/.exec(req.headers.cookie ?? '')?.[1];
    const user = world.users.find((u) => u.name === sessions.get(token));
    if (!user) throw new Refusal(401, 'not_logged_in', 'Vui lòng đăng nhập.', 'Please log in.');
    return user;
  };
  const need = (user, p) => {
    if (!world.permissions(user).includes(p)) throw new Refusal(403, 'forbidden', 'Tài khoản của bạn không được làm việc này.', 'Your account may not do this.');
  };
  const find = (id) => {
    const a = world.announcements.find((x) => x.id === id);
    if (!a) throw new Refusal(404, 'no_announcement', 'Không tìm thấy bản tin này.', 'There is no such announcement.');
    return a;
  };
  const instant = (s, fallback) => {
    if (!s) return fallback;
    const d = /^(\d+)([smh])$/.exec(s);
    return d ? Date.now() - Number(d[1]) * { s: 1e3, m: 6e4, h: 36e5 }[d[2]] : Date.parse(s);
  };
  const jobs = new Map();
  const held = [];
  /** Each step of a long work takes a while. */
  const work = async (job, steps) => {
    for (const step of [...steps, 'done']) {
      if (job) jobs.set(job, step);
      if (step !== 'done') await new Promise((r) => (pace ? setTimeout(r, pace) : held.push(r)));
    }
  };
  const inventoryChanged = () => world.change({ inventory: { villages: world.villages, clusters: world.clusters, cameras: world.cameras } });

  const routes = {
    ...scheduleRoutes(world, need),
    'POST /api/login': ({ body, res }) => {
      if (world.passwords.get(body.name) !== body.password) throw new Refusal(401, 'wrong_login', 'Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock rồi thử lại.', 'User name or password is wrong. Check Caps Lock and try again.');
      const token = randomBytes(16).toString('hex');
      sessions.set(token, body.name);
      res.setHeader('Set-Cookie', `sc_session=${token}; HttpOnly; SameSite=Lax; Path=/`);
      return {};
    },
    'POST /api/logout': ({ req, res }) => {
      sessions.delete(/sc_session=(\w+)/.exec(req.headers.cookie ?? '')?.[1]);
      res.setHeader('Set-Cookie', 'sc_session=; Max-Age=0; Path=/');
      return {};
    },
    'GET /api/me': ({ user }) => ({ user, permissions: world.permissions(user) }),
    'POST /api/me/password': ({ user, body }) => {
      if (world.passwords.get(user.name) !== body.old) throw new Refusal(422, 'wrong_password', 'Mật khẩu hiện tại không đúng.', 'The current password is wrong.', 'old');
      world.passwords.set(user.name, body.new);
      return {};
    },
    'GET /api/snapshot': () => world.snapshot(),
    'POST /api/announcements': ({ user, body, q }) => {
      need(user, 'announce');
      if (!body.text && !body.audio) throw new Refusal(422, 'no_content', 'Bản tin chưa có nội dung.', 'The announcement has no content.', 'text');
      world.note(user.name, 'announcement.create');
      return world.submit(user.name, body, q.get('draft') === 'true');
    },
    'POST /api/announcements/preview': ({ body }) => ({ clusters: world.targets(body.target), starts: null, needs_approval: world.hub.approval === 'two-person' }),
    'GET /api/announcements': () => ({ announcements: world.announcements }),
    'GET /api/announcements/:id': ({ id }) => ({ announcement: find(id), occurrences: [...world.onAir.values()].filter((o) => o.announcement === id) }),
    'POST /api/announcements/:id/approve': ({ id, user }) => {
      need(user, 'approve');
      if (find(id).state !== 'submitted') throw new Refusal(409, 'already_decided', 'Bản tin này đã được duyệt. Hãy tải lại trang để xem trạng thái mới.', 'This announcement was approved. Reload the page to see its state.');
      world.approve(user.name, find(id));
      return find(id);
    },
    'PUT /api/announcements/:id': ({ id, body }) => { Object.assign(find(id), body, { state: 'draft' }); world.change({ announcement: find(id) }); return find(id); },
    'POST /api/announcements/:id/submit': ({ id, user }) => { world.handIn(user.name, find(id)); return find(id); },
    'POST /api/announcements/:id/return': ({ id, user, body }) => {
      need(user, 'approve');
      Object.assign(find(id), { state: 'returned', remark: body.remark, decided_by: user.name, decided_at: new Date().toISOString() });
      world.change({ announcement: find(id) });
      return find(id);
    },
    'POST /api/announcements/:id/cancel': ({ id }) => { world.stop(find(id)); return find(id); },
    'PUT /api/announcements/:id/order': ({ id, body }) => { find(id).order = body.order; world.change({ announcement: find(id) }); return find(id); },
    'GET /api/jobs/:id': ({ id }) => {
      if (!jobs.has(id)) throw new Refusal(404, 'job_not_found', 'Không có việc nào đang làm với mã này.', 'There is no such work under way.');
      return { step: jobs.get(id), done: jobs.get(id) === 'done' };
    },
    'POST /api/speech': async ({ body, q }) => { await work(q.get('job'), ['waiting', 'speaking', 'measuring', 'fitting']); return world.sound(body.text, Math.max(2000, Math.round((body.text.length / 14) * 1000))); },
    'POST /api/audio': async ({ raw, q }) => {
      await work(q.get('job'), ['receiving', 'measuring', 'fitting']);
      if (raw.length < 100) throw new Refusal(422, 'no_audio', 'Tệp này không phải âm thanh, hoặc đã hỏng. Hãy chọn tệp MP3, WAV, FLAC, OGG hoặc M4A khác.', 'This file is no audio, or it is broken. Choose another MP3, WAV, FLAC, OGG or M4A.');
      return world.sound(raw, 12_000);
    },
    'GET /api/journal': ({ q }) => {
      const since = instant(q.get('since'), 0);
      const until = instant(q.get('until'), Infinity);
      const entries = world.entries.filter((e) => Date.parse(e.planned_at) >= since && Date.parse(e.planned_at) < until && (!q.get('cluster') || e.cluster === q.get('cluster')));
      return { entries: entries.reverse().slice(0, Number(q.get('limit') ?? 500)) };
    },
    'GET /api/readings': ({ q }) => ({ device: q.get('device'), metric: q.get('metric'), points: world.points(q.get('metric'), instant(q.get('since'), Date.now() - 864e5), Date.now(), Number(q.get('points') ?? 500)) }),
    'GET /api/cameras/:id/picture': ({ id, user, res }) => {
      need(user, 'picture');
      const c = world.cameras.find((x) => x.id === id);
      res.setHeader('Last-Modified', new Date(c.health.picture_at).toUTCString());
      res.setHeader('Content-Type', 'image/png');
      res.end(picture(world.cameras.indexOf(c)));
    },
    'GET /api/users': ({ user }) => { need(user, 'users'); return { users: world.users }; },
    'POST /api/users': ({ user, body: { password, ...u } }) => {
      need(user, 'users');
      if (world.users.some((x) => x.name === u.name)) throw new Refusal(409, 'name_taken', 'Tên đăng nhập này đã có người dùng.', 'This user name is taken.', 'name');
      world.users.push({ ...u, created_at: new Date().toISOString() });
      world.passwords.set(u.name, password);
      return world.users.at(-1);
    },
    'PUT /api/users/:id': ({ user, id, body }) => { need(user, 'users'); return Object.assign(world.users.find((u) => u.name === id), body); },
    'PUT /api/users/:id/password': ({ user, id, body }) => { need(user, 'users'); world.passwords.set(id, body.password); return {}; },
    'GET /api/audit': ({ user, q }) => { need(user, 'audit'); return { entries: world.audit.filter((e) => Date.parse(e.at) > instant(q.get('since'), 0)).slice(0, Number(q.get('limit') ?? 100)) }; },
    'POST /api/devices/:id/credentials': ({ user, id }) => { need(user, 'users'); return { username: `luc-binh/${id}`, password: randomBytes(32).toString('base64url') }; },
  };
  for (const [kind, list] of [['villages', 'villages'], ['clusters', 'clusters'], ['cameras', 'cameras']]) {
    routes[`PUT /api/${kind}/:id`] = ({ user, id, body }) => {
      need(user, 'inventory');
      const old = world[list].find((x) => x.id === id);
      const { password: _, ...rest } = body;
      if (old) Object.assign(old, rest);
      else world[list].push({ ...rest, id, ...(kind === 'clusters' ? { online: false, plan_current: false, set_volume: 0, clock_offset_ms: 0 } : kind === 'cameras' ? { health: { state: 'unknown', since: new Date().toISOString(), fps: 0, bitrate_kbps: 0 } } : {}) });
      inventoryChanged();
      return rest;
    };
    routes[`DELETE /api/${kind}/:id`] = ({ user, id }) => { need(user, 'inventory'); world[list] = world[list].filter((x) => x.id !== id); inventoryChanged(); return {}; };
  }

  const match = (method, path) => {
    // Fixed paths come before those with an id.
    for (const [pattern, run] of Object.entries(routes).sort(([a], [b]) => Number(a.includes(':id')) - Number(b.includes(':id')))) {
      const [m, p] = pattern.split(' ');
      const hit = new RegExp(`^${p.replace(':id', '([^/]+)')}$`).exec(path);
      if (m === method && hit) return { run, id: hit[1] && decodeURIComponent(hit[1]), open: path === '/api/login' };
    }
    return null;
  };

  // The simulator's control port: PUT /faults/{device} {"fault":"stall"}.
  const CAMERA_FAULTS = { refuse: 'refused', password: 'wrong_password', mute: 'timeout', stall: 'no_frames' };
  function fault(id, name) {
    if (id.startsWith('loa')) world.cluster(id, name === 'ok');
    else if (name === 'ok') world.camera(id, 'healthy');
    else { world.camera(id, 'suspect', CAMERA_FAULTS[name]); world.after(500, () => world.camera(id, 'down', CAMERA_FAULTS[name])); }
  }

  async function control(path, q) {
    if (path === '/fake/camera') world.camera(q.get('id'), q.get('state'), q.get('reason'));
    else if (path === '/fake/cluster') world.cluster(q.get('id'), q.get('online') === 'true');
    else if (path === '/fake/cut') { cut = q.get('on') === 'true'; if (cut && q.get('how') !== 'silent') for (const s of sockets) s.terminate(); }
    else if (path === '/fake/step') { while (!held.length) await new Promise((r) => setTimeout(r, 20)); held.shift()(); }
    else if (path === '/fake/logout') sessions.clear();
  }

  const server = createServer(async (req, res) => {
    const url = new URL(req.url, 'http://fake');
    try {
      if (url.pathname.startsWith('/faults/')) { fault(url.pathname.slice(8), JSON.parse(await collect(req)).fault); res.writeHead(204).end(); return; }
      if (url.pathname.startsWith('/fake/')) { await control(url.pathname, url.searchParams); res.end('ok'); return; }
      if (cut) { req.socket.destroy(); return; }
      if (url.pathname.startsWith('/media/')) {
        who(req);
        const wav = silence(world.sounds.get(url.pathname.slice(7))?.duration_ms ?? 1000);
        const range = /bytes=(\d+)-(\d*)/.exec(req.headers.range ?? '');
        const from = range ? Number(range[1]) : 0;
        const to = range?.[2] ? Number(range[2]) : wav.length - 1;
        res.writeHead(range ? 206 : 200, { 'Content-Type': 'audio/wav', 'Accept-Ranges': 'bytes', 'Content-Length': to - from + 1, ...(range ? { 'Content-Range': `bytes ${from}-${to}/${wav.length}` } : {}) });
        res.end(wav.subarray(from, to + 1));
        return;
      }
      if (FILES[url.pathname] && req.headers.accept?.includes('text/html') && !sessions.has(/sc_session=(\w+)/.exec(req.headers.cookie ?? '')?.[1])) {
        res.writeHead(303, { Location: `/?return=${encodeURIComponent(url.pathname + url.search)}` });
        res.end();
        return;
      }
      if (url.pathname === '/public/qr.svg' || /^\/feed\/\w+\/qr\.svg$/.test(url.pathname)) { res.writeHead(200, { 'Content-Type': 'image/svg+xml' }); res.end('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 3"><path fill="#fff" d="M0 0h3v3H0z"/><path d="M0 0h1v1h-1zM2 0h1v1h-1zM0 2h1v1h-1z"/></svg>'); return; }
      if (FILES[url.pathname]) { who(req); res.writeHead(200, { 'Content-Type': FILES[url.pathname] }); res.end(FILES[url.pathname].includes('svg') ? '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>' : 'a file'); return; }
      if (!url.pathname.startsWith('/api/')) {
        const path = normalize({ '/': '/index.html', '/favicon.ico': '/favicon.svg' }[url.pathname] ?? url.pathname);
        const data = await readFile(join(DIST, path)).catch(() => { throw new Refusal(404, 'not_found', 'Không có trang này.', 'There is no such page.'); });
        res.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream');
        res.end(data);
        return;
      }
      const hit = match(req.method, url.pathname);
      if (!hit) throw new Refusal(404, 'not_found', 'Không có trang này.', 'There is no such page.');
      const raw = await collect(req);
      const user = hit.open ? null : who(req);
      const body = raw.length && req.headers['content-type']?.includes('json') ? JSON.parse(raw) : {};
      const answer = await hit.run({ req, res, q: url.searchParams, id: hit.id, body, raw, user });
      if (answer !== undefined && !res.writableEnded) { res.setHeader('Content-Type', 'application/json'); res.end(JSON.stringify(answer)); }
    } catch (e) {
      res.writeHead(e.status ?? 500, { 'Content-Type': 'application/json' });
      res.end(e.code && e.vi ? JSON.stringify({ code: e.code, message: { vi: e.vi, en: e.en }, field: e.field }) : String(e));
    }
  });

  const wss = new WebSocketServer({ noServer: true });
  server.on('upgrade', (req, socket, head) => {
    try {
      if (cut) throw new Error('cut');
      who(req);
    } catch {
      socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
      return;
    }
    wss.handleUpgrade(req, socket, head, (ws) => {
      sockets.add(ws);
      const say = (m) => { if (!cut) ws.send(JSON.stringify({ ...m, now: new Date().toISOString() })); };
      const listen = (changes) => say({ changes });
      ws.once('message', (data) => { say(world.since(JSON.parse(data))); world.listeners.add(listen); });
      const beat = setInterval(() => say({}), 2000);
      ws.on('close', () => { clearInterval(beat); world.listeners.delete(listen); sockets.delete(ws); });
    });
  });

  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url, world,
    close: () => new Promise((resolve) => { world.close(); for (const s of sockets) s.terminate(); server.closeAllConnections(); server.close(resolve); }),
  };
}

async function collect(req) { const out = []; for await (const c of req) out.push(c); return Buffer.concat(out); }

function silence(ms) {
  const n = Math.round((ms / 1000) * 8000);
  const b = Buffer.alloc(44 + n, 128);
  b.write('RIFF', 0); b.writeUInt32LE(36 + n, 4); b.write('WAVEfmt ', 8); b.writeUInt32LE(16, 16); b.writeUInt16LE(1, 20); b.writeUInt16LE(1, 22);
  b.writeUInt32LE(8000, 24); b.writeUInt32LE(8000, 28); b.writeUInt16LE(1, 32); b.writeUInt16LE(8, 34); b.write('data', 36); b.writeUInt32LE(n, 40);
  return b;
}

/** A small landscape, different for each camera and each moment. */
function picture(i) {
  const [w, h] = [320, 180];
  const rows = Buffer.alloc((w * 3 + 1) * h);
  const t = Date.now() / 1000;
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    const at = y * (w * 3 + 1) + 1 + x * 3;
    const ridge = 70 + 22 * Math.sin(x / 40 + i) + 9 * Math.sin(x / 13 + i * 2);
    const road = Math.abs(x - 160 - (y - 110) * Math.sin(i) * 0.6) < (y - 100) * 0.5;
    const [r, g, b] = y < ridge ? [150 + y / 2, 180 + y / 3, 205] : road && y > 105 ? [120, 118, 114] : [70 + i * 5, 105 - y / 6, 62];
    const car = road && Math.abs(y - 120 - ((t * 9 + i * 17) % 55)) < 7 && Math.abs(x - 160) < 9;
    rows.set(car ? [200, 60, 50] : [r, g, b].map((v) => Math.max(0, Math.min(255, v))), at);
  }
  const crcTable = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0; });
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    let crc = 0xffffffff;
    for (const byte of body) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0); body.copy(out, 4); out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(w, 0); head.writeUInt32BE(h, 4); head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' }, approval: { type: 'string', default: 'two-person' }, empty: { type: 'boolean', default: false }, well: { type: 'boolean', default: false }, large: { type: 'boolean', default: false } } });
  const hub = await start({ port: Number(values.port), approval: values.approval, empty: values.empty, trouble: !values.well, large: values.large });
  console.log(`fake hub: ${hub.url} (phatthanh, lanhdao, congan, kythuat, quantri; password lucbinh2026)`);
}
