/** Which view is open: the part of the address after "#/", such as camera/cam-01. */
export interface Route { view: string; id: string; query: URLSearchParams }

function read(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [view = '', id = ''] = path.split('/');
  return { view, id: decodeURIComponent(id), query: new URLSearchParams(query) };
}

let current = $state.raw<Route>(read());

addEventListener('hashchange', () => {
  current = read();
});

export const route = (): Route => current;

export const href = (view: string, id = '', query: Record<string, string> = {}): string => {
  const q = Object.keys(query).length ? new URLSearchParams(query).toString() : '';
  return `#/${view}${id ? '/' + encodeURIComponent(id) : ''}${q ? '?' + q : ''}`;
};

export function go(view: string, id = '', query: Record<string, string> = {}): void {
  location.hash = href(view, id, query);
}

/** Goes to a view without a step in the browser's history. */
export function replace(path: string): void {
  history.replaceState(null, '', `#/${path}`);
  current = read();
}
