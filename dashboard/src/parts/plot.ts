/** Draws one metric: the mean as a line, lowest to highest as a band behind it. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Point } from '../api/types';

export interface PlotWords {
  label: string;
  at: string;
  low: string;
  high: string;
  value: (v: number) => string;
  axis: (v: number) => string;
  time: (ms: number) => string;
  from: number;
  to: number;
  /** A silence longer than this breaks the line, in milliseconds. */
  gap: number;
}

export function draw(target: HTMLElement, points: Point[], w: PlotWords): uPlot {
  const css = getComputedStyle(document.documentElement);
  const colour = (name: string) => css.getPropertyValue(name).trim();
  const x: number[] = [];
  const mean: (number | null)[] = [];
  const low: (number | null)[] = [];
  const high: (number | null)[] = [];
  let last = 0;
  for (const p of points) {
    const at = Date.parse(p.at);
    if (last && at - last > w.gap) {
      x.push((at + last) / 2000);
      mean.push(null);
      low.push(null);
      high.push(null);
    }
    x.push(at / 1000);
    mean.push(p.mean);
    low.push(p.min);
    high.push(p.max);
    last = at;
  }
  const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 }, font: '13px ' + colour('--font') };
  const line = colour('--live');
  // Where no cursor is, the newest stands.
  const newest = points[points.length - 1]!;
  const text = (of: (p: Point) => number) => (_: uPlot, v: number | null) => w.value(v ?? of(newest));
  return new uPlot(
    {
      width: target.clientWidth,
      height: 240,
      legend: { live: true },
      cursor: { y: false },
      scales: { x: { min: w.from / 1000, max: w.to / 1000 }, y: { range: (_, min, max) => pad(min, max) } },
      axes: [
        { ...axis, space: 70, values: (_, ticks) => ticks.map((s) => w.time(s * 1000)) },
        { ...axis, size: 56, values: (_, ticks) => ticks.map((v) => w.axis(v)) },
      ],
      series: [
        { label: w.at, value: (_, v) => w.time(v === null ? Date.parse(newest.at) : v * 1000) },
        { label: w.low, value: text((p) => p.min), stroke: 'transparent', points: { show: false } },
        { label: w.high, value: text((p) => p.max), stroke: 'transparent', points: { show: false } },
        { label: w.label, value: text((p) => p.mean), stroke: line, width: 2, points: { show: points.length < 30, size: 5 } },
      ],
      bands: [{ series: [2, 1], fill: line + '2e' }],
    },
    [x, low, high, mean],
    target,
  );
}

/** Leaves room above and below, also around a line that does not move. */
function pad(min: number, max: number): [number, number] {
  const room = Math.max((max - min) * 0.12, Math.abs(max) * 0.02, 0.1);
  return [min >= 0 && min - room < 0 ? 0 : min - room, max + room];
}
