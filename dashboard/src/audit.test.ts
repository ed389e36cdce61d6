import { expect, test } from 'vitest';
import type { AuditEntry } from './api/types';
import { subjectOf } from './audit';

const entry = (action: string, object = '', detail = ''): AuditEntry => ({ seq: 1, at: '', who: 'phatthanh', action, object, detail });

test.each([
  [entry('announcement.create', 'tb-1', 'normal now: Họp thôn: tối nay'), { view: 'ban-tin', id: 'tb-1', name: 'Họp thôn: tối nay' }],
  [entry('announcement.create', 'tb-1', 'draft: Họp thôn'), { view: 'ban-tin', id: 'tb-1', name: 'Họp thôn' }],
  [entry('announcement.approve', 'tb-1', 'Họp thôn'), { view: 'ban-tin', id: 'tb-1', name: 'Họp thôn' }],
  [entry('announcement.approve', 'tb-1', 'Họp thôn, xóm (in spite of overlap, quiet_hours)'), { view: 'ban-tin', id: 'tb-1', name: 'Họp thôn', spite: ['overlap', 'quiet_hours'] }],
  [entry('announcement.create', 'tb-1', 'normal daily: Họp thôn (tối nay) (in spite of session_limits)'), { view: 'ban-tin', id: 'tb-1', name: 'Họp thôn (tối nay)', spite: ['session_limits'] }],
  [entry('programme.reschedule', 'ct-1', 'this from 2026-11-22T05:30:00Z: moved (in spite of overlap)'), { view: 'chuong-trinh', id: 'ct-1', name: '', spite: ['overlap'] }],
  [entry('announcement.return', 'tb-1', 'Ghi rõ giờ, ngày'), { view: 'ban-tin', id: 'tb-1', name: '', remark: 'Ghi rõ giờ, ngày' }],
  [entry('announcement.reschedule', 'tb-1', 'this from 2026-11-22T05:30:00Z: cancelled'), { view: 'ban-tin', id: 'tb-1', name: '' }],
  [entry('emergency.launch', 'tb-2', '10 clusters: Cháy ở chợ'), { view: 'ban-tin', id: 'tb-2', name: 'Cháy ở chợ', clusters: 10 }],
  [entry('stop', '', '10 clusters, 2 silenced'), { view: '', id: '', name: '', clusters: 10 }],
  [entry('cluster.command', 'loa-01', 'volume 70'), { view: 'thiet-bi', id: 'loa-01', name: '', command: { kind: 'volume', volume: 70 } }],
  [entry('cluster.put', 'loa-01', 'Loa chợ, volume 80%'), { view: 'thiet-bi', id: 'loa-01', name: 'Loa chợ' }],
  [entry('cluster.delete', 'loa-01'), { view: '', id: 'loa-01', name: '' }],
  [entry('audio.upload', 'b9291c54', 'hop.mp3'), { view: '', id: '', name: 'hop.mp3' }],
  [entry('user.update', 'truong', 'broadcaster, disabled'), { view: '', id: 'truong', name: '', role: 'broadcaster' }],
  [entry('user.password', 'truong', 'by an administrator'), { view: '', id: 'truong', name: '' }],
  [entry('rules.change', 'rules', ''), { view: '', id: '', name: '' }],
])('%o', (e, want) => expect(subjectOf(e)).toEqual(want));
