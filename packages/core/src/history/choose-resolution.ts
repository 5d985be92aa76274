import { BUCKET_MS, type HistoryRetention, type Resolution } from './blocks.ts';

const HOUR_MS = 3_600_000;
/** Longer stretches are read downsampled where that serves as well. */
const RAW_SPAN_MS = 12 * HOUR_MS;

export interface WantedRange {
  readonly from: number;
  readonly to: number;
  /** Wall clock, ms. */
  readonly now: number;
  /** Null: whatever shows the stretch in about `pointsMax` points. */
  readonly periodMs: number | null;
  readonly pointsMax: number;
}

export interface ChosenRange {
  readonly resolution: Resolution;
  /** Null: the samples as they are, if they are no more than `pointsMax`; else `widerMs`. */
  readonly periodMs: number | null;
  /** The period for as many points as wanted. */
  readonly widerMs: number;
}

/** What people read off an axis easily, s. */
const ROUND_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/**
 * Samples in full where they are still there and not too many; else the finest buckets that are kept for all of the
 * stretch and divide the period. Where nothing is, the coarsest: what there is is better than nothing.
 */
export function chooseResolution(wanted: WantedRange, retention: HistoryRetention): ChosenRange {
  const span = wanted.to - wanted.from;
  const ageMs = wanted.now - wanted.from;
  const widerMs = roundPeriod(span / wanted.pointsMax);
  if (wanted.periodMs === null && ageMs <= retention.rawMs && span <= RAW_SPAN_MS) {
    return { resolution: 'raw', periodMs: null, widerMs };
  }
  const periodMs = wanted.periodMs ?? Math.max(widerMs, BUCKET_MS[ageMs > retention.minuteMs ? '5m' : '1m']);
  return { resolution: resolutionFor(periodMs, { span, ageMs }, retention), periodMs, widerMs };
}

function resolutionFor(
  periodMs: number,
  { span, ageMs }: { readonly span: number; readonly ageMs: number },
  retention: HistoryRetention,
): Resolution {
  const isMinutes = periodMs % BUCKET_MS['1m'] === 0;
  if (ageMs <= retention.rawMs && (span <= RAW_SPAN_MS || !isMinutes)) return 'raw';
  if (!isMinutes) return 'raw';
  if (ageMs > retention.minuteMs && periodMs % BUCKET_MS['5m'] === 0) return '5m';
  return '1m';
}

/**
 * For what looks back at each of many times, `windowMs` far, over a stretch: two buckets in a window are the least that
 * tells how fast something grows. Samples in full where they are still there and not too many; else buckets.
 */
export function chooseWindowResolution(
  {
    from,
    to,
    now,
    windowMs,
  }: { readonly from: number; readonly to: number; readonly now: number; readonly windowMs: number },
  retention: HistoryRetention,
): Resolution {
  const ageMs = now - from;
  const isShort = to - from <= RAW_SPAN_MS || windowMs < 2 * BUCKET_MS['1m'];
  if (ageMs <= retention.rawMs && isShort) return 'raw';
  return ageMs > retention.minuteMs ? '5m' : '1m';
}

function roundPeriod(ms: number): number {
  const seconds = ROUND_SECONDS.find((one) => one * 1000 >= ms);
  return seconds === undefined ? Math.ceil(ms / 86_400_000) * 86_400_000 : seconds * 1000;
}
