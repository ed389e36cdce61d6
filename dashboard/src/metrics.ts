/** The readings that devices report: their order on a page, units and digits. */
const known: Record<string, { unit: string; digits: number }> = {
  temperature_c: { unit: '°C', digits: 1 },
  supply_v: { unit: 'V', digits: 1 },
  amp_current_a: { unit: 'A', digits: 2 },
  signal_dbm: { unit: 'dBm', digits: 0 },
  volume_pct: { unit: '%', digits: 0 },
  level_dbfs: { unit: 'dBFS', digits: 1 },
  fps: { unit: '', digits: 1 },
  bitrate_kbps: { unit: 'kbit/s', digits: 0 },
};

export const metricUnit = (m: string): string => known[m]?.unit ?? '';
export const metricDigits = (m: string): number => known[m]?.digits ?? 2;

/** The readings of a cluster that matter, first to last; "playing" is told in words instead. */
export const clusterMetrics = ['temperature_c', 'supply_v', 'amp_current_a', 'signal_dbm', 'volume_pct', 'level_dbfs'];

/** How well a 4G link of this strength works, by the usual bands of received signal. */
export const signalWord = (dbm: number): 'signal.good' | 'signal.fair' | 'signal.weak' => (dbm >= -85 ? 'signal.good' : dbm >= -100 ? 'signal.fair' : 'signal.weak');

/** Readings older than three report intervals of 10 s are shown as old. */
export const STALE_MS = 30_000;
