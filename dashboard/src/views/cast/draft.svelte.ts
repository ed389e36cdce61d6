/** The broadcast that is being made. It is kept on this machine, so that a closed page loses nothing. */
import { me } from '../../session.svelte';
import { blank, revive, type Form } from './form';

const kept = () => `smart-commune.draft.${me()?.user.name ?? ''}`;

function read(): Form {
  try {
    return revive(JSON.parse(localStorage.getItem(kept()) ?? 'null'));
  } catch {
    return blank();
  }
}

export class Draft {
  form = $state<Form>(read());
  /** The content that was listened to last, to say so when it has changed since. */
  heard = $state('');

  keep(): void {
    try {
      localStorage.setItem(kept(), JSON.stringify(this.form));
    } catch {
      // A full or forbidden store costs the draft alone.
    }
  }

  /** Takes a change of the same content: what was heard stays heard. */
  mend(form: Form): void {
    this.form = form;
    this.keep();
  }

  replace(form: Form): void {
    this.form = form;
    this.heard = '';
    this.keep();
  }
}

/** Lays a form ready for the broadcast view to find. */
export function lay(form: Form): void {
  localStorage.setItem(kept(), JSON.stringify(form));
}
