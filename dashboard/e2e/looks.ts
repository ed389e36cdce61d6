/** What can be said of a page's looks by measuring: run on the page as it stands. */
import type { Page } from 'playwright-core';

/** What is wrong, in words; empty for a page without fault. */
export async function faults(page: Page): Promise<string[]> {
  return [...(await page.evaluate(sideways)), ...(await page.evaluate(smallTargets)), ...(await page.evaluate(cutWords)), ...(await nameless(page))];
}

function sideways(): string[] {
  const over = document.documentElement.scrollWidth - innerWidth;
  return over > 0 ? [`the page scrolls sideways by ${over} px`] : [];
}

/** Controls lower or narrower than 44 px; words within a sentence are let be. */
function smallTargets(): string[] {
  const root = document.querySelector('dialog[open]') ?? document;
  const controls = [...root.querySelectorAll<HTMLElement>('button, .btn, select, .input, summary, input[type=range], nav.bar > *, header a, .lines a, .check')];
  return controls.filter((e) => {
    const r = e.getBoundingClientRect();
    if (!r.width || e.closest('time, p, dd, td, h3, .what') || e.querySelector('time') || e.classList.contains('hidden')) return false;
    return r.height < 43.5 || (r.width < 43.5 && e.tagName !== 'INPUT');
  }).map((e) => `small target: ${e.tagName.toLowerCase()}.${e.className} “${e.textContent?.trim().slice(0, 30)}” ${Math.round(e.getBoundingClientRect().width)}×${Math.round(e.getBoundingClientRect().height)}`);
}

/** Texts that their box does not show whole. */
function cutWords(): string[] {
  const root = document.querySelector('dialog[open]') ?? document.body;
  return [...root.querySelectorAll<HTMLElement>('*')].filter((e) => {
    if (!e.childNodes.length || e.closest('.hidden, svg, .skip')) return false;
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent?.trim());
    const s = getComputedStyle(e);
    return own && s.overflowX !== 'visible' && s.overflowX !== 'auto' && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1;
  }).map((e) => `cut off: ${e.tagName.toLowerCase()}.${e.className} “${e.textContent?.trim().slice(0, 60)}”`);
}

/** Roles that a person who sees nothing must be told the name of. */
const NAMED = new Set(['button', 'link', 'textbox', 'searchbox', 'checkbox', 'radio', 'combobox', 'slider', 'spinbutton', 'switch', 'dialog', 'image', 'progressbar', 'navigation', 'region', 'tab']);

async function nameless(page: Page): Promise<string[]> {
  const cdp = await page.context().newCDPSession(page);
  try {
    const { nodes } = await cdp.send('Accessibility.getFullAXTree');
    return nodes.filter((n) => !n.ignored && NAMED.has(n.role?.value as string) && !(n.name?.value as string)?.trim())
      .map((n) => `no name: ${n.role?.value as string} (${JSON.stringify(n.properties?.slice(0, 2).map((p) => p.name))})`);
  } finally {
    await cdp.detach();
  }
}
