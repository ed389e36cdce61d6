/** Lays places on a flat map: positions on earth to a box in pixels, marks pushed apart. Pure. */
import type { Position } from './api/types';

export interface Spot { id: string; x: number; y: number }
export interface Projection { width: number; height: number; kmPerPixel: number; project: (p: Position) => { x: number; y: number } }

const KM_PER_DEGREE = 111.32;

export const known = (p: Position): boolean => p.lat !== 0 || p.lon !== 0;

/** Fits all known positions into a box of the given width and at most maxHeight, with a margin. */
export function fit(positions: Position[], width: number, maxHeight: number, margin: number): Projection {
  const real = positions.filter(known);
  if (real.length === 0) return { width, height: maxHeight, kmPerPixel: 1, project: () => ({ x: width / 2, y: maxHeight / 2 }) };
  const lats = real.map((p) => p.lat);
  const lons = real.map((p) => p.lon);
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  // At least 1 km across, so that a single village does not fill the world.
  const kmWide = Math.max((east - west) * KM_PER_DEGREE * squeeze, 1);
  const kmHigh = Math.max((north - south) * KM_PER_DEGREE, 1);
  const scale = Math.min((width - 2 * margin) / kmWide, (maxHeight - 2 * margin) / kmHigh);
  const height = Math.round(Math.min(maxHeight, kmHigh * scale + 2 * margin));
  const midLat = (south + north) / 2;
  const midLon = (west + east) / 2;
  return {
    width, height, kmPerPixel: 1 / scale,
    project: (p) => ({
      x: width / 2 + (p.lon - midLon) * KM_PER_DEGREE * squeeze * scale,
      y: height / 2 - (p.lat - midLat) * KM_PER_DEGREE * scale,
    }),
  };
}

/** Pushes spots apart until none is nearer to another than distance, and keeps them in the box. */
export function spread(spots: Spot[], distance: number, width: number, height: number, margin: number): Spot[] {
  const out = spots.map((s) => ({ ...s }));
  for (let round = 0; round < 120; round++) {
    let moved = false;
    for (let i = 0; i < out.length; i++) {
      for (let j = i + 1; j < out.length; j++) {
        const a = out[i]!;
        const b = out[j]!;
        let dx = b.x - a.x;
        let dy = b.y - a.y;
        let d = Math.hypot(dx, dy);
        if (d >= distance) continue;
        if (d < 0.01) {
          // Two on the same place part in a direction of their own.
          dx = Math.cos(i + j);
          dy = Math.sin(i + j);
          d = 1;
        }
        const push = (distance - Math.hypot(b.x - a.x, b.y - a.y)) / 2 + 0.1;
        a.x -= (dx / d) * push;
        a.y -= (dy / d) * push;
        b.x += (dx / d) * push;
        b.y += (dy / d) * push;
        moved = true;
      }
    }
    for (const s of out) {
      s.x = Math.min(width - margin, Math.max(margin, s.x));
      s.y = Math.min(height - margin, Math.max(margin, s.y));
    }
    if (!moved) break;
  }
  return out;
}

export interface Label { id: string; text: string; x: number; y: number }
interface Box { left: number; top: number; right: number; bottom: number }

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

/** How far below its point a name stands best, in pixels. */
const BELOW = 26;
/** Where a name is tried, seen from its point, the best first: what follows is then dismissed at a glance. */
const TRIES = Array.from({ length: 25 }, (_, i) => 6 * i - 70)
  .flatMap((dy) => [0, -24, 24, -48, 48, -72, 72].map((dx) => [dx, dy] as const))
  .sort((a, b) => Math.hypot(a[0], a[1] - BELOW) - Math.hypot(b[0], b[1] - BELOW));

/**
 * Finds each name a place near its own point where it covers the least of the
 * marks and of the names before it. x, y of a label is the middle of its base
 * line.
 */
export function placeLabels(points: Label[], marks: Spot[], radius: number, fontSize: number, width: number, height: number): Label[] {
  const taken: Box[] = marks.map((m) => ({ left: m.x - radius, top: m.y - radius, right: m.x + radius, bottom: m.y + radius }));
  return points.map((p) => {
    const half = (p.text.length * fontSize * 0.56) / 2;
    const box = (x: number, y: number): Box => ({ left: x - half, top: y - fontSize, right: x + half, bottom: y + 4 });
    let best = { x: p.x, y: p.y, cost: Infinity };
    for (const [dx, dy] of TRIES) {
      const x = Math.min(width - half - 4, Math.max(half + 4, p.x + dx));
      const y = p.y + dy;
      if (y < fontSize + 4 || y > height - 6) continue;
      const b = box(x, y);
      // Below the point and near to it is best.
      let cost = Math.hypot(x - p.x, dy - BELOW);
      for (let i = 0; i < taken.length && cost < best.cost; i++) cost += overlap(b, taken[i]!) * 10;
      if (cost < best.cost) best = { x, y, cost };
    }
    taken.push(box(best.x, best.y));
    return { ...p, x: best.x, y: best.y };
  });
}

/** A round length for the scale bar and how many pixels it takes: near a quarter of the width. */
export function scaleBar(p: Projection): { km: number; pixels: number } {
  const target = p.kmPerPixel * p.width * 0.25;
  const km = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50].reduce((best, k) => (k <= target ? k : best), 0.1);
  return { km, pixels: km / p.kmPerPixel };
}
