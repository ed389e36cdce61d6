import { describe, expect, test } from 'vitest';
import type { Announcement, Cluster } from '../../api/types';
import { blank, fromAnnouncement, isQuiet, missing, revive, soon, toDraft, type Form } from './form';

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

test('rest is asked for at night, but not in an emergency', () => {
  expect(isQuiet(form({ kind: 'daily', time: '21:00' }))).toBe(true);
  expect(isQuiet(form({ kind: 'daily', time: '05:59' }))).toBe(true);
  expect(isQuiet(form({ kind: 'daily', time: '06:00' }))).toBe(false);
  expect(isQuiet(form({ kind: 'daily', time: '22:00', level: 'emergency' }))).toBe(false);
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
