/**
 * An occurrence that somebody is about to put elsewhere: dragged with the mouse,
 * lifted by a long press of the finger, or moved with the arrow keys. What can be
 * lifted carries data-id, cells that take it data-day and data-hour; a data-day
 * alone opens that day.
 */
import type { Attachment } from 'svelte/attachments';
import type { Placed } from '../../week';

/** How far a mouse goes before a press becomes a drag, in pixels. */
const SLOP = 6;
/** How long a finger rests before it lifts; one that moves before scrolls the page. */
const PRESS_MS = 400;
/** The strip at the top and the bottom of the window that scrolls, in pixels, and by how much a frame. */
const EDGE = 72;
const SCROLL = 9;

export interface Spot { day: string; hour: number }

export interface Board {
  movable: (e: Placed) => boolean;
  days: () => string[];
  hours: () => number[];
  /** A day was touched on the way. */
  open: (day: string) => void;
  drop: (e: Placed, spot: Spot) => void;
}

export class Lift {
  entry = $state.raw<Placed | null>(null);
  /** Where it would land; null over nothing that takes it. */
  spot = $state.raw<Spot | null>(null);
  /** Where the pointer is; null while keys move it. */
  at = $state.raw<{ x: number; y: number } | null>(null);
  readonly #board: Board;

  constructor(board: Board) {
    this.#board = board;
  }

  #begin(e: Placed, at: { x: number; y: number } | null): void {
    this.entry = e;
    this.spot = { day: e.date, hour: e.hour };
    this.at = at;
  }

  #end(drop: boolean): void {
    const [e, spot] = [this.entry, this.spot];
    this.entry = this.spot = this.at = null;
    if (drop && e && spot && (spot.day !== e.date || spot.hour !== e.hour)) this.#board.drop(e, spot);
  }

  /** Listens for all that lies within: a listener for each chip would take longer than to draw it. */
  listen(find: (id: string) => Placed | undefined): Attachment<HTMLElement> {
    return (box) => {
      const stop = new AbortController();
      const listen = <K extends keyof HTMLElementEventMap>(kind: K, f: (ev: HTMLElementEventMap[K]) => void, passive = true) => box.addEventListener(kind, f, { passive, signal: stop.signal });
      const under = (ev: Event): [HTMLElement, Placed] | null => {
        const chip = (ev.target as Element).closest<HTMLElement>('[data-id]');
        const e = chip && find(chip.dataset.id!);
        return e ? [chip, e] : null;
      };
      listen('pointerdown', (ev) => {
        const [chip, e] = (ev.button === 0 && ev.isPrimary && under(ev)) || [];
        if (chip && e && this.#board.movable(e)) this.#pressed(e, chip, ev);
      });
      // Only a listener that was there before the touch may stop the page from scrolling under the finger.
      listen('touchmove', (ev) => this.#hold(ev), false);
      listen('contextmenu', (ev) => this.#hold(ev), false);
      // The browser would drag the link away.
      listen('dragstart', (ev) => ev.preventDefault(), false);
      listen('keydown', (ev) => { const at = under(ev); if (at && this.#key(at[1], ev)) ev.preventDefault(); }, false);
      listen('focusout', () => { if (this.entry && !this.at) this.#end(false); });
      return () => stop.abort();
    };
  }

  #hold(ev: Event): void {
    if (this.entry && ev.cancelable) ev.preventDefault();
  }

  #pressed(e: Placed, chip: HTMLElement, down: PointerEvent): void {
    const mouse = down.pointerType === 'mouse';
    const stop = new AbortController();
    let frame = 0;
    const lift = (x: number, y: number) => {
      this.#begin(e, { x, y });
      if (!mouse) navigator.vibrate?.(30);
      chip.setPointerCapture(down.pointerId);
      const scroll = () => {
        const at = this.at;
        const by = !at ? 0 : at.y < EDGE ? -SCROLL : at.y > innerHeight - EDGE ? SCROLL : 0;
        if (at && by) {
          scrollBy(0, by);
          this.#move(at.x, at.y); // the cells pass under the finger
        }
        frame = requestAnimationFrame(scroll);
      };
      frame = requestAnimationFrame(scroll);
    };
    const timer = mouse ? undefined : setTimeout(() => lift(down.clientX, down.clientY), PRESS_MS);
    const done = (drop: boolean) => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      stop.abort();
      if (!this.entry) return;
      swallowClick();
      this.#end(drop);
    };
    const listen = <K extends keyof WindowEventMap>(kind: K, f: (ev: WindowEventMap[K]) => void) => addEventListener(kind, f, { signal: stop.signal });
    listen('pointermove', (ev) => {
      if (ev.pointerId !== down.pointerId) return;
      const far = Math.hypot(ev.clientX - down.clientX, ev.clientY - down.clientY);
      if (!this.entry && far > SLOP) {
        if (!mouse) return done(false);
        lift(ev.clientX, ev.clientY);
      }
      if (this.entry) this.#move(ev.clientX, ev.clientY);
    });
    // A chip whose day is turned away under the finger still gets its touches.
    chip.addEventListener('touchmove', (ev) => this.#hold(ev), { passive: false, signal: stop.signal });
    listen('pointerup', (ev) => { if (ev.pointerId === down.pointerId) done(true); });
    listen('pointercancel', (ev) => { if (ev.pointerId === down.pointerId) done(false); });
    listen('keydown', (ev) => { if (ev.key === 'Escape') done(false); });
  }

  #move(x: number, y: number): void {
    this.at = { x, y };
    const cell = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-day]');
    const { day, hour } = cell?.dataset ?? {};
    if (day && hour === undefined) this.#board.open(day);
    this.spot = day && hour !== undefined ? { day, hour: Number(hour) } : null;
  }

  /** Space lifts, the arrows move, Space or Enter drops, Escape lets go. It reports whether the key was meant for it. */
  #key(e: Placed, ev: KeyboardEvent): boolean {
    if (!this.entry) {
      if (ev.key !== ' ' || !this.#board.movable(e)) return false;
      this.#begin(e, null);
      return true;
    }
    const spot = this.spot;
    if (this.at || !spot) return false;
    switch (ev.key) {
      case ' ': case 'Enter': this.#end(true); return true;
      case 'Escape': this.#end(false); return true;
      case 'ArrowUp': this.spot = { ...spot, hour: step(this.#board.hours(), spot.hour, -1) }; return true;
      case 'ArrowDown': this.spot = { ...spot, hour: step(this.#board.hours(), spot.hour, 1) }; return true;
      case 'ArrowLeft': this.spot = { ...spot, day: step(this.#board.days(), spot.day, -1) }; return true;
      case 'ArrowRight': this.spot = { ...spot, day: step(this.#board.days(), spot.day, 1) }; return true;
    }
    return false;
  }
}

/** The neighbour in a list; the ends stay. */
const step = <T>(list: T[], from: T, by: number): T => list[Math.min(list.length - 1, Math.max(0, list.indexOf(from) + by))] ?? from;

/** The click that ends a drag opens nothing. */
function swallowClick(): void {
  const swallow = (ev: Event) => { ev.preventDefault(); ev.stopPropagation(); };
  addEventListener('click', swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener('click', swallow, { capture: true }), 50);
}
