/** Starts a fake hub on a free port unless one is given. */
export function start(options?: { port?: number; approval?: 'one-person' | 'two-person'; empty?: boolean; trouble?: boolean }): Promise<{ url: string; close(): Promise<unknown> }>;
