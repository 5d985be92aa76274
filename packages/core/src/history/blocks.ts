/**
 * History is divided into blocks of two hours from the epoch: what is written now lies together, what is too old goes
 * in one stroke, and what is read is a few stretches of few rows.
 */
export const BLOCK_MS = 7_200_000;

export const blockOf = (timestamp: number): number => Math.floor(timestamp / BLOCK_MS);
export const blockStart = (block: number): number => block * BLOCK_MS;

export const RESOLUTIONS = ['raw', '1m', '5m'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];
export type Downsampled = Exclude<Resolution, 'raw'>;

export const BUCKET_MS: Readonly<Record<Downsampled, number>> = { '1m': 60_000, '5m': 300_000 };

/** How long each resolution is kept, ms. */
export interface HistoryRetention {
  readonly rawMs: number;
  readonly minuteMs: number;
  readonly fiveMinutesMs: number;
}
