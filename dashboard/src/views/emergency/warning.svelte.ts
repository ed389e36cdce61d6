/**
 * The warning that is being made. It is kept while the page is open, so that a
 * look at the cameras loses nothing, and no longer: the next emergency is
 * another one.
 */
import { me } from '../../session.svelte';
import type { NamedSound, Place } from '../cast/form';

/** How what is said comes about: typed, recorded, uploaded, or by a template of the commune. */
export type Way = 'text' | 'record' | 'file' | `template:${string}`;

/** How long it is repeated when nobody stops it, in minutes. */
export const LENGTHS = [10, 30, 120, 1380] as const;

export interface Warning {
  way: Way;
  /** What fills the blanks of templates; what was typed for one serves the next. */
  values: Record<string, string>;
  text: string;
  recording: NamedSound | null;
  file: NamedSound | null;
  minutes: (typeof LENGTHS)[number];
  form: Place;
}

const blank = (): Warning => ({
  way: 'text', values: {}, text: '', recording: null, file: null, minutes: 10, form: { where: 'all', villages: [], clusters: [], kind: 'now' },
});

const made = $state<Record<string, Warning>>({});

/** The one that this person is making. */
export function ownWarning(): Warning {
  const who = me()?.user.name ?? '';
  made[who] ??= blank();
  return made[who];
}

export function forgetWarning(): void {
  made[me()?.user.name ?? ''] = blank();
}
