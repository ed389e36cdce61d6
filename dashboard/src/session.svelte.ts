/** Who uses the page, and what they may do. */
import { hub } from './api/calls';
import { wayBack } from './back';
import { whenUnauthorized } from './api/http';
import { Problem } from './api/problem';
import type { Me, Permission } from './api/types';

type SessionState = 'checking' | 'out' | 'in';

const state = $state<{ is: SessionState; me: Me | null; ended: boolean }>({ is: 'checking', me: null, ended: false });

whenUnauthorized(() => {
  state.ended = state.is === 'in';
  state.is = 'out';
});

export const session = (): SessionState => state.is;
/** True when the person was logged in and the hub ended it. */
export const sessionEnded = (): boolean => state.ended;
export const me = (): Me | null => state.me;
export const can = (p: Permission): boolean => state.me?.permissions?.includes(p) ?? false;

/** Goes to what somebody wanted to open before they were asked to log in. */
function goOn(): void {
  const to = wayBack(location.search, location.origin);
  if (!to || state.me?.user.must_change_password) return;
  history.replaceState(null, '', '/' + location.hash); // a file that is downloaded leaves the page where it is
  location.assign(to);
}

/** Asks the hub who this is; a hub that cannot be reached changes nothing. */
export async function checkSession(): Promise<void> {
  try {
    state.me = await hub.me();
    state.is = 'in';
    state.ended = false;
    goOn();
  } catch (e) {
    // 401 was handled above; anything else says nothing about the session.
    if (state.is === 'checking' && e instanceof Problem && e.status !== 401) throw e;
  }
}

export async function login(name: string, password: string): Promise<void> {
  await hub.login(name, password);
  await checkSession();
}

export async function logout(): Promise<void> {
  await hub.logout();
  state.is = 'out';
  state.me = null;
  state.ended = false;
}
