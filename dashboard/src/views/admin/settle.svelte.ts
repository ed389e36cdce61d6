/** What is being settled: the form that is saved as a whole, and lines that are saved one by one. It outlives the view, so that a look elsewhere loses nothing. */
import type { Rules } from '../../api/types';
import { note } from '../../notes.svelte';
import { loadRules, rules, saveRules } from '../../rules.svelte';
import { asProblem } from '../../api/problem';
import { lang, t } from '../../words/index.svelte';

type Form = Pick<Rules, 'approval' | 'limits' | 'quiet_hours' | 'sessions'>;
type Lines = Pick<Rules, 'volumes' | 'templates' | 'abbreviations'>;

const formOf = ({ approval, limits, quiet_hours, sessions }: Rules): Form => structuredClone({ approval, limits, quiet_hours, sessions });

class Settlement {
  form = $state<Form | null>(null);
  readonly changed = $derived(this.form !== null && rules() !== null && JSON.stringify(this.form) !== JSON.stringify(formOf(rules()!)));

  /** Loads what holds; what was changed and not saved stays. */
  async load(): Promise<void> {
    const mine = this.changed ? this.form : null;
    this.form = mine ?? formOf(await loadRules());
    if (mine) await loadRules();
  }

  discard(): void {
    if (rules()) this.form = formOf(rules()!);
  }

  async save(): Promise<void> {
    await saveRules({ ...rules()!, ...$state.snapshot(this.form!) });
    this.discard();
  }
}

export const settlement = new Settlement();

/** Saves changed lines at once, with a way back. */
export async function settle(lines: Partial<Lines>, said: string): Promise<void> {
  const was = rules()!;
  const before: Partial<Lines> = {};
  for (const key of Object.keys(lines) as (keyof Lines)[]) Object.assign(before, { [key]: was[key] });
  await saveRules({ ...was, ...lines });
  note(said, { label: t('app.undo'), run: () => void saveRules({ ...rules()!, ...before }).catch((e: unknown) => note(asProblem(e)[lang()])) });
}
