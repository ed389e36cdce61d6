/** The broadcast that is being made. It is kept on this machine, so that a closed page loses nothing. */
import { me } from '../../session.svelte';
import { blank, revive, type Form } from './form';

const keyOf = (who: string) => `smart-commune.draft.${who}`;

function read(who: string): Form {
  try {
    return revive(JSON.parse(localStorage.getItem(keyOf(who)) ?? 'null'));
  } catch {
    return blank();
  }
}

export class Draft {
  form = $state<Form>(blank());
  /** The content that was listened to last, to say so when it has changed since. */
  heard = $state('');

  constructor(who: string) {
    this.form = read(who);
    // It outlives every view: what is still being sent lands here.
    $effect.root(() => {
      $effect(() => {
        const kept = JSON.stringify(this.form);
        try {
          localStorage.setItem(keyOf(who), kept);
        } catch {
          // A full or forbidden store costs the draft alone.
        }
      });
    });
  }

  /** Takes a change of the same content: what was heard stays heard. */
  mend(form: Form): void {
    this.form = form;
  }

  replace(form: Form): void {
    this.form = form;
    this.heard = '';
  }
}

const drafts = new Map<string, Draft>();

/** The one that this person is making. */
export function ownDraft(): Draft {
  const who = me()?.user.name ?? '';
  let d = drafts.get(who);
  if (!d) drafts.set(who, (d = new Draft(who)));
  return d;
}

/** Lays a form ready for the broadcast view to find. */
export const lay = (form: Form): void => ownDraft().replace(form);
