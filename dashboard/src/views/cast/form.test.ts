import { describe, expect, test } from 'vitest';
import type { Announcement, Cluster } from '../../api/types';
import { blank, blankWords, fromAnnouncement, missing, revive, soon, toDraft, type Form } from './form';

const ZONE = 'Asia/Ho_Chi_Minh';
const now = Date.parse('2026-08-16T10:05:00Z'); // 17:05
const clusters = [{ id: 'loa-01', village: 'a' }, { id: 'loa-02', village: 'b' }] as Cluster[];
const form = (more: Partial<Form>): Form => ({ ...blank(), text: 'Mời bà con', ...more });

describe('a draft', () => {
  test('says only what was asked', () => {
    expect(toDraft(form({ title: '  ' }), now, ZONE)).toEqual({ level: 'normal', text: 'Mời bà con', target: { all: true }, when: { kind: 'now' } });
  });
  test('takes the sound of a file, not the text that was typed before', () => {
    const sound = { sha256: 'f'.repeat(64), bytes: 1, duration_ms: 1 };
    const d = toDraft(form({ source: 'file', file: { sound, name: 'x.mp3' }, where: 'villages', villages: ['a'] }), now, ZONE);
    expect(d).toMatchObject({ audio: sound.sha256, target: { villages: ['a'] } });
    expect(d.text).toBeUndefined();
  });
  test('means the commune’s clock', () => {
    expect(toDraft(form({ kind: 'once', date: '2026-08-17', time: '05:30' }), now, ZONE).when).toEqual({ kind: 'once', at: '2026-08-16T22:30:00.000Z' });
    expect(toDraft(form({ kind: 'weekly', days: [5, 1], time: '17:00', until: '2026-12-31' }), now, ZONE).when).toEqual({ kind: 'weekly', time: '17:00', days: [1, 5], until: '2026-12-31' });
  });
});

describe('what is missing', () => {
  test.each<[string, Partial<Form>, (string | null)[]]>([
    ['nothing', {}, [null, null, null]],
    ['words', { text: '  ' }, ['cast.needContent', null, null]],
    ['a file', { source: 'file' }, ['cast.needContent', null, null]],
    ['a shorter text', { text: 'a'.repeat(5001) }, ['cast.needContent', null, null]],
    ['a place', { where: 'villages' }, [null, 'cast.noneChosen', null]],
    ['a village with a cluster', { where: 'villages', villages: ['z'] }, [null, 'cast.noneChosen', null]],
    ['a later time', { kind: 'once', date: '2026-08-16', time: '17:05' }, [null, null, 'cast.past']],
    ['a time', { kind: 'daily', time: '' }, [null, null, 'cast.pickTime']],
    ['a day', { kind: 'weekly', days: [] }, [null, null, 'cast.pickDay']],
    ['an end after the beginning', { kind: 'daily', from: '2026-09-02', until: '2026-09-01' }, [null, null, 'cast.untilBefore']],
  ])('%s', (_, more, want) => expect(missing(form(more), clusters, now, ZONE)).toEqual(want));
});

test('the first proposal is a quarter of an hour that is still to come', () => {
  expect(soon(now, ZONE)).toEqual({ date: '2026-08-16', time: '17:15' });
  expect(soon(Date.parse('2026-08-16T16:56:00Z'), ZONE)).toEqual({ date: '2026-08-17', time: '00:15' });
});

test('a draft that an older page kept is taken as far as it fits', () => {
  expect(revive({ text: 'còn đây', days: 'hỏng', level: 'priority', unknown: 1 })).toEqual({ ...blank(), text: 'còn đây', level: 'priority' });
  expect(revive('hỏng')).toEqual(blank());
  expect(revive(null)).toEqual(blank());
});

test('an announcement can be made again from itself', () => {
  const a = { title: 'T', level: 'priority', text: 'x', target: { villages: ['a'] }, when: { kind: 'weekly', time: '05:30', days: [2], until: '2026-01-01' }, sound: { sha256: 's' } } as Announcement;
  expect(toDraft(fromAnnouncement(a, ZONE, now), now, ZONE)).toEqual({ title: 'T', level: 'priority', text: 'x', target: { villages: ['a'] }, when: { kind: 'weekly', time: '05:30', days: [2] } });
});

test('a draft is gone on with, in all its languages and with its form', () => {
  const sha = 'a'.repeat(64);
  const a = {
    id: 'tb-1', title: 'Tiêm phòng', level: 'normal', language: 'vi', text: 'Mời bà con', versions: [{ language: 'tyz', audio: sha }], version_sounds: [{ sha256: sha, bytes: 9, duration_ms: 4000 }],
    target: { all: true }, when: { kind: 'rule', start: '2026-08-20T05:30', rrule: 'FREQ=DAILY', lunar: { except: [{ day: 15 }] } }, sound: { sha256: '' },
    opening: 'opening', repeat: 3, gap_s: 30, on_interrupted: 'resume', order: 2, source: { signer: 'Nguyễn Văn A', document: '12/TB' }, valid_until: '2026-12-31',
  } as unknown as Announcement;
  const f = fromAnnouncement(a, ZONE, now, true);
  expect(f.id).toBe('tb-1');
  expect(fromAnnouncement(a, ZONE, now).id).toBe('');
  expect(missing(f, clusters, now, ZONE)).toEqual([null, null, null]);
  expect(toDraft(f, now, ZONE)).toEqual({
    title: 'Tiêm phòng', level: 'normal', text: 'Mời bà con', versions: [{ language: 'tyz', audio: sha }], target: { all: true }, when: a.when,
    valid_until: '2026-12-31', source: { signer: 'Nguyễn Văn A', document: '12/TB' }, opening: 'opening', repeat: 3, gap_s: 30, on_interrupted: 'resume', order: 2,
  });
});

test('a schedule that the form cannot show stays as it is', () => {
  const w = { kind: 'rule', start: '2026-08-20T05:30', rrule: 'FREQ=MONTHLY;BYDAY=2SU' } as const;
  const f = fromAnnouncement({ text: 'x', level: 'normal', target: { all: true }, when: w, sound: { sha256: '' } } as unknown as Announcement, ZONE, now);
  expect(toDraft(f, now, ZONE).when).toEqual(w);
});

test('what is for programmes has no place and no time', () => {
  expect(missing(form({ kind: 'programme', where: 'clusters' }), clusters, now, ZONE)).toEqual([null, null, null]);
  expect(toDraft(form({ kind: 'programme' }), now, ZONE)).toMatchObject({ target: {}, when: { kind: 'programme' } });
});

test('blanks of a template have to be filled in, further languages to say something', () => {
  expect(missing(form({ text: 'Họp lúc {giờ}' }), clusters, now, ZONE)[0]).toBe('lib.needBlanks');
  expect(missing(form({ versions: [blankWords('tyz')] }), clusters, now, ZONE)[0]).toBe('lib.needVersion');
  expect(missing(form({ repeat: 2, gap: 0 }), clusters, now, ZONE)[0]).toBe('lib.gapBad');
});
