/** The words of the page in the language that the person chose. */
import { catalogue, fill, type Key, type Values } from './catalogue';
import type { Lang } from './time';

const KEPT = 'smart-commune.lang';

const state = $state<{ lang: Lang }>({ lang: localStorage.getItem(KEPT) === 'en' ? 'en' : 'vi' });
document.documentElement.lang = state.lang;

export const lang = (): Lang => state.lang;

export function setLang(l: Lang): void {
  state.lang = l;
  localStorage.setItem(KEPT, l);
  document.documentElement.lang = l;
}

export const t = (key: Key, values?: Values): string => fill(catalogue[key][state.lang], values);

/** A commune by its name; that of a ward or a special zone says so itself. */
export const communeName = (name: string): string => (/^(xã|phường|đặc khu) /i.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : t('app.commune', { name }));

/** The words for a code that came from a device or the hub; a code without words is shown as it is. */
export function tCode(prefix: string, code: string | undefined, values?: Values): string {
  if (!code) return '';
  const key = `${prefix}.${code}` as Key;
  return key in catalogue ? t(key, values) : code;
}

/** Why a play ended as it did; the hub joins several reasons by "; ". */
export const why = (reason: string | undefined): string =>
  (reason ?? '').split('; ').map((code) => tCode('why', code)).filter(Boolean).join(', ');

const numbers = { vi: new Map<number, Intl.NumberFormat>(), en: new Map<number, Intl.NumberFormat>() };

/** A number as the language writes it, with at most the given digits after the comma. */
export function num(value: number, digits = 0): string {
  let f = numbers[state.lang].get(digits);
  if (!f) {
    f = new Intl.NumberFormat(state.lang, { maximumFractionDigits: digits });
    numbers[state.lang].set(digits, f);
  }
  return f.format(value).replace('-', '−');
}
