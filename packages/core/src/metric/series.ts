import { type Dimensions, dimensionsKey, sortedNames } from './dimensions.ts';

/** One (account, namespace, metric name, dimensions): what samples are counted under (design.md §1). */
export interface Series {
  readonly account: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Dimensions;
}

/** A number that stands for a series within one partition of one sample log: dense from 0, never stored elsewhere. */
export type SeriesId = number;

/** What the log's `series` record says: from here on, this id means this series. A repeated id updates `instanceName`. */
export interface SeriesDefinition extends Series {
  readonly id: SeriesId;
  /** Display name sent with the sample; not part of the identity (semantics.md, Callback fields). */
  readonly instanceName: string | null;
}

/** Identifies a series everywhere outside a log partition; never stored. */
export type SeriesKey = string;

/** Each text behind its length, so that none can imitate another's border: half the time of JSON, for each new series. */
export function seriesKey({ account, namespace, metricName, dimensions }: Series): SeriesKey {
  let key = `${account.length}:${account}${namespace.length}:${namespace}${metricName.length}:${metricName}`;
  for (const name of sortedNames(dimensions)) {
    const value = dimensions[name] ?? '';
    key += `${name.length}:${name}${value.length}:${value}`;
  }
  return key;
}

/**
 * The slice of the log a series belongs to: all metrics of one resource share one, so that a condition across
 * metrics of a resource never leaves its partition (semantics.md, Log). FNV-1a over the canonical text.
 */
export function partitionKey(series: Series, partitions: number): number {
  if (partitions <= 1) return 0;
  const text = JSON.stringify([series.account, series.namespace, dimensionsKey(series.dimensions)]);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % partitions;
}
