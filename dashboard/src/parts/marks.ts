/** The shapes that stand beside every colour, on a field of 20 by 20; app.css draws them. Pure. */
export type Tone = 'good' | 'warn' | 'bad' | 'live' | 'off' | 'wait';

/** cut is taken out of a solid body, and drawn within a ring. */
export interface Shape { body: string; cut: string; as: 'solid' | 'ring' | 'ring dotted' }

const disc = 'M1.6 10a8.4 8.4 0 1 1 16.8 0a8.4 8.4 0 1 1-16.8 0';
const ring = 'M2 10a8 8 0 1 1 16 0a8 8 0 1 1-16 0';

/** good: disc with a tick; warn: triangle; bad: square with a cross; live: disc with waves; off: empty ring; wait: dotted ring. */
export const shapes: Record<Tone, Shape> = {
  good: { body: disc, cut: 'M5.8 10.3 8.8 13.2 14.3 7.2', as: 'solid' },
  warn: { body: 'M10 1.4 19.2 18H.8z', cut: 'M10 7.4v5M10 15.2v.1', as: 'solid' },
  bad: { body: 'M4.4 2h11.2a2.4 2.4 0 0 1 2.4 2.4v11.2a2.4 2.4 0 0 1-2.4 2.4H4.4a2.4 2.4 0 0 1-2.4-2.4V4.4a2.4 2.4 0 0 1 2.4-2.4z', cut: 'M6.6 6.6l6.8 6.8M13.4 6.6l-6.8 6.8', as: 'solid' },
  live: { body: disc, cut: 'M5.6 8.2v3.6M8.5 6v8M11.4 7.6v4.8M14.3 6.6v6.8', as: 'solid' },
  off: { body: ring, cut: 'M6.5 10h7', as: 'ring' },
  wait: { body: ring, cut: '', as: 'ring dotted' },
};
