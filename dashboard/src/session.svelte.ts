/** Who uses the page, and what they may do. */
import { hub } from './api/calls';
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

/** Asks the hub who this is; a hub that cannot be reached changes nothing. */
export async function checkSession(): Promise<void> {
  try {
    state.me = await hub.me();
    state.is = 'in';
    state.ended = false;
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
