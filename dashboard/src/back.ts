/**
 * Where somebody was going who had to log in first: "/?return=/report?month=2026-11" sends them on. Only an address of the hub
 * itself, and none of the page's own, which is told by its "#". Pure.
 */
export function wayBack(search: string, origin: string): string | null {
  const asked = new URLSearchParams(search).get('return');
  if (!asked?.startsWith('/')) return null;
  try {
    const to = new URL(asked, origin);
    return to.origin === origin && to.pathname !== '/' ? to.pathname + to.search : null;
  } catch {
    return null; // "//" names no host
  }
}
