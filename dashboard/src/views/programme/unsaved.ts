/** What somebody changed in a programme and has not saved yet, so that a look elsewhere loses nothing. */
import { line, type ProgrammeForm } from '../../programme';

const keyOf = (who: string, id: string) => `smart-commune.programme.${who}.${id}`;

/** The form without what only tells its lines apart. */
const content = (f: ProgrammeForm): string => JSON.stringify({ ...f, lines: f.lines.map((l) => ({ ...l, key: 0 })) });

/** Keeps a form that differs from what the hub has. */
export function keep(who: string, id: string, saved: ProgrammeForm, form: ProgrammeForm): void {
  try {
    if (content(form) === content(saved)) sessionStorage.removeItem(keyOf(who, id));
    else sessionStorage.setItem(keyOf(who, id), JSON.stringify({ saved: content(saved), form }));
  } catch {
    // A full or forbidden store costs the unsaved changes alone.
  }
}

export function forget(who: string, id: string): void {
  try {
    sessionStorage.removeItem(keyOf(who, id));
  } catch {
    // There was nothing kept then.
  }
}

/** The form that was kept, null for none. What the hub has been given meanwhile beats it. */
export function kept(who: string, id: string, saved: ProgrammeForm): ProgrammeForm | null {
  try {
    const was = JSON.parse(sessionStorage.getItem(keyOf(who, id)) ?? 'null') as { saved: string; form: ProgrammeForm } | null;
    if (was?.saved !== content(saved)) return null;
    return { ...was.form, lines: was.form.lines.map(({ key: _, ...l }) => line(l)) };
  } catch {
    return null;
  }
}
