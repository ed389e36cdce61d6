/** The way back from an edit of a series, for as long as its note stands. */
import { hub, type Series } from '../../api/calls';
import { asProblem } from '../../api/problem';
import { note, type Note } from '../../notes.svelte';
import { lang, t } from '../../words/index.svelte';

export const wayBack = (kind: Series, id: string, title: string, changed: () => void): NonNullable<Note['action']> => ({
  label: t('app.undo'),
  run: () => void hub.undoEdit(kind, id).then(
    () => note(t('cal.undone', { title })),
    (e: unknown) => note(asProblem(e)[lang()]),
  ).finally(changed),
});
