/**
 * What the fake hub knows of rules, programmes, the calendar, emergencies,
 * commands and reports: enough for the page to be looked at and measured.
 */
const iso = (ms) => new Date(ms).toISOString();
const DAY = 86_400_000;
const ZERO = { announcements: 0, coverage: null, in_part: 0, expected: 0, failed: 0, interrupted: 0, missed: 0, not_heard: 0, occurrences: 0, played: 0, seconds: 0, unplanned: 0, unreported: 0, withdrawn: 0 };

const TEMPLATES = [
  { name: 'moi-hop', title: 'Mời họp thôn', level: 'normal', text: 'Kính mời bà con thôn {tên thôn} đến họp lúc {giờ họp}, tại {địa điểm}.' },
  { name: 'chay-nha', title: 'Báo cháy, kêu gọi chữa cháy', level: 'emergency', text: 'Thông báo khẩn. Đang có cháy tại {địa điểm}. Đề nghị bà con ở gần đến hỗ trợ.' },
];

export function scheduleRoutes(world, need) {
  const rules = {
    version: 1, approval: world.hub.approval, limits: 'warn', quiet_hours: { from: '21:00', to: '06:00' }, sessions: { max_per_day: 2, max_days_per_week: 7, max_minutes: 45 },
    volumes: [], abbreviations: {}, templates: TEMPLATES,
  };
  let feeds = 0;
  const commands = new Map();
  const moves = [];
  const view = (p) => ({ ...p, described: { vi: '', en: '' }, next: [] });
  const programme = (id) => world.programmes.find((p) => p.id === id);
  const changed = (p) => { world.change({ programme: p }); return view(p); };

  return {
    'GET /api/rules': () => rules,
    'PUT /api/rules': ({ body }) => Object.assign(rules, body, { version: rules.version + 1 }),
    'POST /api/normalise': ({ body }) => ({ spoken: body.text, replacements: [] }),
    'POST /api/announcements/checks': ({ body, q }) => ({ findings: collisions(world, body, q.get('id')) }),
    'POST /api/programmes/checks': () => ({ findings: [] }),
    'POST /api/programmes/preview': ({ body }) => ({ start: iso(Date.now() + DAY), ends_at: iso(Date.now() + DAY + 60_000), pieces: body.items.filter((i) => i.announcement).map((i) => ({ occurrence: i.announcement, announcement: i.announcement, title: i.announcement, level: 'normal', start: iso(Date.now() + DAY), duration_ms: 30_000, clusters: [] })) }),
    'GET /api/programmes': () => ({ programmes: world.programmes.map(view) }),
    'POST /api/programmes': ({ user, body }) => {
      need(user, 'announce');
      const p = { ...body, id: `ct-${world.programmes.length + 1}`, state: world.hub.approval === 'two-person' ? 'submitted' : 'scheduled', created_by: user.name, created_at: iso(Date.now()), clusters: world.targets(body.target) };
      world.programmes.unshift(p);
      return changed(p);
    },
    'GET /api/programmes/:id': ({ id }) => view(programme(id)),
    'PUT /api/programmes/:id': ({ id, body }) => changed(Object.assign(programme(id), body)),
    'POST /api/programmes/:id/approve': ({ id }) => changed(Object.assign(programme(id), { state: 'scheduled' })),
    'POST /api/programmes/:id/return': ({ id, body }) => changed(Object.assign(programme(id), { state: 'returned', remark: body.remark })),
    'POST /api/programmes/:id/cancel': ({ id }) => changed(Object.assign(programme(id), { state: 'cancelled' })),
    'POST /api/programmes/:id/occurrences': ({ id, body }) => { moves.push({ id, ...body }); return { programmes: [{ id, state: 'scheduled', earlier: [{}] }] }; },
    'POST /api/announcements/:id/occurrences': ({ id, body }) => { moves.push({ id, ...body }); return { announcements: [{ id, state: 'scheduled', earlier: [{}] }] }; },
    'POST /api/programmes/:id/undo': ({ id }) => { moves.splice(moves.findLastIndex((m) => m.id === id), 1); return { programmes: [{ id }] }; },
    'GET /api/calendar/feed': () => ({ address: `/feed/${'a'.repeat(25)}${feeds}/lich.ics` }),
    'POST /api/calendar/feed': () => ({ address: `/feed/${'a'.repeat(25)}${++feeds}/lich.ics` }),
    'GET /api/calendar': ({ q }) => ({ from: q.get('from'), to: q.get('to'), entries: moved(week(world, Date.parse(q.get('from')), Date.parse(q.get('to'))), moves) }),

    'POST /api/emergency': ({ user, body }) => {
      const template = TEMPLATES.find((t) => t.name === body.template);
      const text = template ? template.text.replace(/\{([^}]+)\}/g, (_, name) => body.blanks?.[name] ?? '') : body.text;
      const interrupted = [...world.onAir.values()].filter((o) => o.deliveries.some((d) => d.state === 'playing'))
        .map((o) => ({ occurrence: o.id, announcement: o.announcement, title: o.title, level: o.level, on_interrupted: 'restart', clusters: o.deliveries.filter((d) => d.state === 'playing').map((d) => d.cluster) }));
      const a = world.submit(user.name, { title: template?.title ?? body.title, level: 'emergency', text, target: body.target, when: { kind: 'now' } });
      const mute = /không đọc được/.test(text ?? '');
      a.alert = { until: body.repeat_until ?? iso(Date.now() + 600_000), speech: mute ? 'failed' : 'ready', interrupted,
        ...(mute ? { trouble: { vi: 'Văn bản có 6.000 ký tự, tối đa là 5.000.', en: 'The text has 6,000 characters, at most 5,000 are accepted.' } } : {}) };
      if (a.state !== 'scheduled') world.approve(user.name, a);
      world.change({ announcement: a });
      return a;
    },
    'POST /api/stop': () => {
      const on = [...world.onAir.values()].filter((o) => o.deliveries.some((d) => ['pending', 'received', 'playing'].includes(d.state)));
      const silenced = on.map((o) => ({ occurrence: o.id, announcement: o.announcement, title: o.title, level: o.level, clusters: o.deliveries.map((d) => d.cluster) }));
      for (const o of on) world.stop(world.announcements.find((a) => a.id === o.announcement));
      return { clusters: world.clusters.map((c) => c.id), silenced, ended: [], coming: [] };
    },
    'GET /api/clusters/:id/commands': ({ id, q }) => ({ commands: (commands.get(id) ?? []).slice(0, Number(q.get('limit') ?? 50)) }),
    'POST /api/clusters/:id/commands': ({ user, id, body }) => {
      need(user, 'operate');
      const c = { ...body, id: `cmd-${Date.now()}`, cluster: id, by: user.name, issued_at: iso(Date.now()), expires_at: iso(Date.now() + 300_000), outcome: 'waiting' };
      commands.set(id, [c, ...(commands.get(id) ?? [])]);
      world.after(800, () => {
        Object.assign(c, { outcome: 'finished', outcome_at: iso(Date.now()) });
        const cluster = world.clusters.find((x) => x.id === id);
        if (c.kind === 'selftest') Object.assign(c, { measured: { level_dbfs: -15, current_a: 0.85, supply_v: 12.3 }, compared: { verdict: 'reference', level_db: 0, current_part: 1 } });
        if (c.kind === 'volume') cluster.set_volume = body.volume;
        if (c.kind === 'mute') cluster.muted_until = body.until;
        world.change({ cluster });
      });
      return c;
    },
    'GET /api/inventory': () => ({ villages: world.villages, clusters: world.clusters, cameras: world.cameras }),
    'GET /api/journal/verify': () => ({ commune: world.commune.id, entries: world.entries.length, head: { seq: world.entries.length, hash: 'f'.repeat(64) }, whole: true }),
    'GET /api/report': ({ q }) => ({
      commune: world.commune, complete: false, month: q.get('month'), from: iso(Date.now() - 20 * DAY), until: iso(Date.now()), generated_at: iso(Date.now()), failures: [], items: [], levels: [], not_heard: [],
      journal_head: { seq: world.entries.length, hash: 'f'.repeat(64) }, total: { ...ZERO, announcements: 12, occurrences: 58, seconds: 5400, coverage: 0.982, played: 570, expected: 580, missed: 10 },
      villages: world.villages.map((v) => ({ ...ZERO, id: v.id, name: v.name, clusters: [], announcements: 12, occurrences: 58, seconds: 5400, coverage: 0.98, played: 57, expected: 58, missed: 1 })),
    }),
  };
}

/** What was moved or left out since; the following and all go the same way. */
function moved(entries, moves) {
  for (const m of moves) {
    const by = Date.parse(m.move_to) - Date.parse(m.start);
    entries = entries.filter((e) => {
      const hit = (e.programme ?? e.announcement) === m.id && (m.scope === 'all' || (m.scope === 'following' ? e.start >= m.start : e.start === m.start)) && Date.parse(e.start) > Date.now();
      if (hit && !m.cancel) { e.start = iso(Date.parse(e.start) + by); e.id = `${m.id}@${Date.parse(e.start) / 1000}`; }
      return !hit || !m.cancel;
    });
  }
  return entries;
}

/** Priority announcements at the same time of day, which somebody has to order. */
function collisions(world, draft, self) {
  if (draft.level !== 'priority' || !draft.when.time) return [];
  return world.announcements.filter((a) => a.id !== self && a.state === 'scheduled' && a.level === 'priority' && a.when.time === draft.when.time).map((a) => {
    const rival = { announcement: a.id, title: a.title, order: a.order ?? 0 };
    if (rival.order !== (draft.order ?? 0)) return { code: 'overlap', severity: 'warn', clusters: a.clusters, rival, message: { vi: `Lúc ${draft.when.time} trùng với “${a.title}”; cái đến sau phải chờ.`, en: `At ${draft.when.time} it meets "${a.title}"; the later one has to wait.` } };
    return { code: 'priority_collision', severity: 'stop', clusters: a.clusters, rival, message: { vi: `Hai bản tin ưu tiên trùng giờ lúc ${draft.when.time}: bản tin này và “${a.title}”. Hãy chọn bản tin nào phát trước.`, en: `Two priority announcements meet at ${draft.when.time}: this one and "${a.title}". Choose which comes first.` } };
  });
}

/** Ten programmes and announcements a day, in each state that the calendar knows. */
function week(world, from, to) {
  const out = [];
  const all = world.clusters.length;
  for (let day = from; day < to; day += DAY) {
    for (const [i, [hour, title]] of [[5.5, 'Bản tin sáng'], [6.25, 'Lịch lấy nước vụ xuân'], [7, 'Nông nghiệp và đời sống'], [9, 'Tiêm phòng cho trâu bò'], [11, 'Bản tin trưa'], [11.01, 'Mời họp thôn'], [16.5, 'Thanh niên'], [17, 'Bản tin chiều'], [18, 'Phòng cháy rừng'], [19.5, 'Đọc truyện']].entries()) {
      const start = day + hour * 3_600_000;
      const past = start < Date.now();
      const id = `ct-w${i}@${Math.round(start / 1000)}`;
      out.push({
        id, programme: `ct-w${i}`, title, level: i === 3 ? 'priority' : 'normal', start: iso(start), ...(i === 5 ? { begins: iso(day + (11 * 60 + 10) * 60_000) } : {}), duration_ms: 600_000, clusters: all, ready: past ? all : all - (i % 3) * 2, of: all, waiting: !past && i === 9,
        ...(past ? { results: { played: all - (i === 4 ? 3 : 0), ...(i === 4 ? { missed: 3 } : {}) } } : {}),
        ...(i === 4 || i === 5 ? { conflicts: [`ct-w${9 - i}@${Math.round((day + (i === 4 ? 11.01 : 11) * 3_600_000) / 1000)}`] } : {}),
        pieces: [0, 1, 2].map((n) => ({ id: `${id}/${n}`, announcement: `tb-${n}`, title: `Phần ${n + 1}`, level: 'normal', start: iso(start + n * 200_000), duration_ms: 190_000, clusters: all })),
      });
    }
  }
  return out;
}
