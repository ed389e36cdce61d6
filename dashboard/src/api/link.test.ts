import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Link, SILENCE_MS, type LinkState } from './link';
import type { Snapshot } from './types';

class Socket {
  static all: Socket[] = [];
  readyState = 0;
  sent: string[] = [];
  onopen?: () => void;
  onmessage?: (e: { data: string }) => void;
  onclose?: (() => void) | null;
  onerror?: () => void;
  closed = false;
  constructor() { Socket.all.push(this); }
  send(s: string) { this.sent.push(s); }
  close() { this.closed = true; this.readyState = 3; }
  open() { this.readyState = 1; this.onopen?.(); }
  say(m: object) { this.onmessage?.({ data: JSON.stringify({ now: '2026-08-16T10:00:00Z', ...m }) }); }
}

const last = () => Socket.all[Socket.all.length - 1]!;
const snapshot = { epoch: 'e', seq: 7, clusters: [], villages: [], cameras: [], announcements: [], on_air: [], next: [] };

let states: LinkState[];
let models: Snapshot[];
let failed: number;
let link: Link;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', { OPEN: 1 });
  Socket.all = [];
  states = [];
  models = [];
  failed = 0;
  link = new Link({
    url: 'ws://hub/ws', onModel: (m) => models.push(m), onState: (s) => states.push(s), onFailed: () => failed++,
    open: () => new Socket() as unknown as WebSocket, random: () => 1,
  });
  link.start();
});
afterEach(() => {
  link.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function live() {
  last().open();
  last().say({ snapshot });
}

test('asks for everything first, and for what is missing after a cut', () => {
  last().open();
  expect(JSON.parse(last().sent[0]!)).toEqual({ epoch: '', seq: 0 });
  last().say({ snapshot });
  last().say({ changes: [{ seq: 8, next: [] }] });
  expect(states).toEqual(['live']);
  last().onclose?.();
  vi.advanceTimersByTime(1000);
  expect(Socket.all).toHaveLength(2);
  last().open();
  expect(JSON.parse(last().sent[0]!)).toEqual({ epoch: 'e', seq: 8 });
});

test('a cut that heals at once is not shown', () => {
  live();
  last().onclose?.();
  vi.advanceTimersByTime(300);
  live();
  vi.advanceTimersByTime(1000);
  expect(states).toEqual(['live']);
});

test('says that the link is lost within 5 s of the last word, though attempts go on', () => {
  live();
  last().onclose?.();
  for (let ms = 0; ms < 5000; ms += 100) {
    vi.advanceTimersByTime(100);
    if (!last().closed && last().onclose) last().onclose?.();
  }
  expect(states).toEqual(['live', 'lost']);
  expect(failed).toBeGreaterThan(1);
});

test('a hub that is silent on an open socket is a lost hub, and the socket is made anew', () => {
  live();
  const first = last();
  vi.advanceTimersByTime(SILENCE_MS);
  expect(states).toEqual(['live', 'lost']);
  expect(first.closed).toBe(true);
  vi.advanceTimersByTime(500);
  expect(Socket.all).toHaveLength(2);
});

test('a network that swallows everything is tried again and again', () => {
  vi.advanceTimersByTime(30_000);
  expect(Socket.all.length).toBeGreaterThan(3);
  expect(states).toEqual(['lost']);
});

test('heartbeats alone keep the link', () => {
  live();
  for (let i = 0; i < 20; i++) {
    vi.advanceTimersByTime(2000);
    last().say({});
  }
  expect(states).toEqual(['live']);
});

test('waking up tries at once, but leaves a link alone that has just been heard', () => {
  live();
  link.wake();
  expect(Socket.all).toHaveLength(1);
  vi.advanceTimersByTime(3000);
  link.wake();
  expect(Socket.all).toHaveLength(2);
  expect(Socket.all[0]!.closed).toBe(true);
});

test('attempts wait longer and longer, to 8 s', () => {
  const times: number[] = [];
  for (let i = 0; i < 12; i++) {
    last().onclose?.();
    const n = Socket.all.length;
    let waited = 0;
    while (Socket.all.length === n) {
      vi.advanceTimersByTime(50);
      waited += 50;
    }
    times.push(waited);
  }
  expect(times[0]).toBe(250);
  expect(times[2]).toBe(1000);
  expect(Math.max(...times)).toBe(8000);
});

test('a change that fits nothing held starts over with a snapshot', () => {
  last().open();
  last().say({ changes: [{ seq: 3, next: [] }] });
  expect(Socket.all).toHaveLength(2);
  last().open();
  expect(JSON.parse(last().sent[0]!)).toEqual({ epoch: '', seq: 0 });
});
