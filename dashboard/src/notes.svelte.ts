/** Short notes at the foot of the page, some with a way back. */
export interface Note { id: number; text: string; action?: { label: string; run: () => void } }

const NOTE_MS = 6000;
/** A step that can be taken back can be taken back this long. */
export const UNDO_MS = 10_000;

let count = 0;
const list = $state<Note[]>([]);

export const notes = (): Note[] => list;

export function dismiss(id: number): void {
  const at = list.findIndex((n) => n.id === id);
  if (at >= 0) list.splice(at, 1);
}

export function note(text: string, action?: Note['action']): void {
  const id = ++count;
  list.push({ id, text, ...(action ? { action } : {}) });
  if (list.length > 3) list.shift();
  setTimeout(() => dismiss(id), action ? UNDO_MS : NOTE_MS);
}
