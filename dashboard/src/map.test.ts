import { expect, test } from 'vitest';
import { fit, placeLabels, scaleBar, spread } from './map';

test('north is up, east is right, and everything is inside', () => {
  const places = [{ lat: 22.24, lon: 105.82 }, { lat: 22.18, lon: 105.88 }];
  const m = fit(places, 600, 400, 40);
  const [nw, se] = places.map(m.project) as [{ x: number; y: number }, { x: number; y: number }];
  expect(nw.x).toBeLessThan(se.x);
  expect(nw.y).toBeLessThan(se.y);
  for (const p of [nw, se]) {
    expect(p.x).toBeGreaterThanOrEqual(39);
    expect(p.x).toBeLessThanOrEqual(561);
    expect(p.y).toBeGreaterThanOrEqual(39);
    expect(p.y).toBeLessThanOrEqual(m.height - 39);
  }
});

test('unknown places do not stretch the map, and no place at all is no error', () => {
  const m = fit([{ lat: 22.2, lon: 105.8 }, { lat: 0, lon: 0 }], 600, 400, 40);
  expect(m.kmPerPixel).toBeLessThan(0.01);
  expect(fit([], 600, 400, 40).project({ lat: 1, lon: 1 })).toEqual({ x: 300, y: 200 });
});

test('sixty marks on one place all become touchable', () => {
  const spots = spread(Array.from({ length: 60 }, (_, i) => ({ id: String(i), x: 300, y: 200 })), 30, 600, 400, 17);
  for (const [i, a] of spots.entries()) for (const b of spots.slice(i + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(26);
});

test('names keep off the marks and off each other', () => {
  const marks = [{ id: 'a', x: 100, y: 120 }, { id: 'b', x: 130, y: 124 }];
  const [first, second] = placeLabels([{ id: 'v', text: 'Nà Chuông', x: 110, y: 100 }, { id: 'w', text: 'Nà Nghịu', x: 115, y: 104 }], marks, 13, 13, 400, 300);
  for (const l of [first!, second!]) for (const m of marks) expect(Math.abs(l.y - 6 - m.y) > 18 || Math.abs(l.x - m.x) > 40).toBe(true);
  expect(Math.abs(first!.y - second!.y) > 13 || Math.abs(first!.x - second!.x) > 60).toBe(true);
});

test('the scale is a round number of kilometres', () => {
  const bar = scaleBar({ width: 600, height: 400, kmPerPixel: 0.01, project: () => ({ x: 0, y: 0 }) });
  expect(bar).toEqual({ km: 1, pixels: 100 });
});
