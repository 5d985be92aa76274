import type { LogRecord, Position, SamplesRecord } from '@cloudbell/core/alert/log-record.ts';
import { seriesCountAfter } from '@cloudbell/core/alert/log-series.ts';
import { CloudbellError } from '../base/errors.ts';

/** A call that waits for its records to be durable. Without records it waits for those before it. */
export interface WaitingAppend {
  readonly records: readonly LogRecord[];
  readonly samples: number;
  readonly resolve: (position: Position) => void;
  readonly reject: (error: Error) => void;
}

export interface EntryGroup {
  readonly appends: readonly WaitingAppend[];
  readonly records: readonly LogRecord[];
  /** Series defined once the group is in the log. */
  readonly seriesCount: number;
}

/** The appends that go into the next entry, in order of arrival: as many as `samplesMax` allows, at least one. */
export function takeAppends(waiting: WaitingAppend[], samplesMax: number): WaitingAppend[] {
  let samples = 0;
  let count = 0;
  for (const append of waiting) {
    if (count > 0 && samples + append.samples > samplesMax) break;
    samples += append.samples;
    count += 1;
  }
  return waiting.splice(0, count);
}

/**
 * Joins appends into the records of one entry. One whose series ids do not follow on those before it is rejected
 * alone, here: in the log it would take the whole entry down. What a known id stands for only the log can tell; an
 * append that gives it to another series still takes its entry down, and every append in it is rejected.
 */
export function joinAppends(appends: readonly WaitingAppend[], seriesCount: number): EntryGroup {
  const joined: WaitingAppend[] = [];
  const records: LogRecord[] = [];
  let count = seriesCount;
  for (const append of appends) {
    const after = countAfter(append.records, count);
    if (after === null) {
      append.reject(outOfStep());
      continue;
    }
    count = after;
    joined.push(append);
    records.push(...append.records);
  }
  return { appends: joined, records, seriesCount: count };
}

function countAfter(records: readonly LogRecord[], seriesCount: number): number | null {
  let count: number | null = seriesCount;
  for (const record of records) {
    if (record.kind === 'series') count = seriesCountAfter(count, record.series);
    else if (record.kind === 'samples' && !areKnown(record, count)) return null;
    if (count === null) return null;
  }
  return count;
}

function areKnown({ seriesIds }: SamplesRecord, seriesCount: number): boolean {
  for (let i = 0; i < seriesIds.length; i++) if ((seriesIds[i] as number) >= seriesCount) return false;
  return true;
}

const outOfStep = (): CloudbellError =>
  new CloudbellError('series_out_of_step', { message: 'A series id was used that the sample log does not know.' });

export function samplesIn(records: readonly LogRecord[]): number {
  let samples = 0;
  for (const record of records) if (record.kind === 'samples') samples += record.seriesIds.length;
  return samples;
}

/** About how many bytes the records take in the log: what checkpoints are counted by. */
export function roughBytes(records: readonly LogRecord[]): number {
  let bytes = 0;
  for (const record of records) {
    if (record.kind === 'samples') bytes += 20 * record.seriesIds.length;
    else if (record.kind === 'series') bytes += 200 * record.series.length;
    else bytes += record.kind === 'rule' ? 1_000 : 50;
  }
  return bytes;
}
