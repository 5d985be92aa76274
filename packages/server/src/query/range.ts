import { type ChosenRange, chooseResolution } from '@cloudbell/core/history/choose-resolution.ts';
import type { HistorySamples } from '@cloudbell/core/history/samples.ts';
import { pointsOfBuckets, pointsOfSamples } from '@cloudbell/core/history/statistic-points.ts';
import { dimensionsContain } from '@cloudbell/core/metric/dimensions.ts';
import type { HistorySeries } from '../ports/history-store.ts';
import type { RangeAnswer, RangeQuery, RangeSeries } from '../ports/metric-history.ts';
import type { QueryOptions } from './options.ts';

/** Reads what a chart shows: samples in full where that is little enough, else one point for each period. */
export async function readRange(query: RangeQuery, options: QueryOptions): Promise<RangeAnswer> {
  await options.catchUp();
  const matching = await findSeries(query, options);
  const chosen = matching.slice(0, query.seriesMax);
  const range = chooseResolution({ ...query, now: options.clock.wallMs() }, options.retention);
  const { periodMs, series } = await readPoints(chosen, { query, range, options });
  return { resolution: range.resolution, periodMs, series, hasMore: matching.length > chosen.length };
}

async function findSeries(query: RangeQuery, { store }: QueryOptions): Promise<HistorySeries[]> {
  const count = Object.keys(query.dimensions).length;
  const found: HistorySeries[] = [];
  for await (const page of store.series(query)) {
    const matching = page.filter(
      ({ dimensions }) =>
        dimensionsContain(dimensions, query.dimensions) && (!query.exact || Object.keys(dimensions).length === count),
    );
    found.push(...matching);
  }
  return found;
}

interface Reading {
  readonly query: RangeQuery;
  readonly range: ChosenRange;
  readonly options: QueryOptions;
}

async function readPoints(
  found: readonly HistorySeries[],
  { query, range, options }: Reading,
): Promise<{ readonly periodMs: number | null; readonly series: RangeSeries[] }> {
  const { statistic, from, to } = query;
  const numbers = found.map(({ number }) => number);
  const stretch = { from, to, samplesMax: options.limits.samplesMax };
  if (range.resolution !== 'raw') {
    const periodMs = range.periodMs ?? range.widerMs;
    const first = Math.floor(from / periodMs) * periodMs;
    const read = await options.store.buckets(numbers, {
      ...stretch,
      from: first,
      to: to - 1,
      resolution: range.resolution,
    });
    const periods = { statistic, periodMs, from: first, to };
    const series = read.map((buckets, index) => seriesOf(found[index], pointsOfBuckets(buckets, periods)));
    return { periodMs, series };
  }
  const asTheyAre = range.periodMs === null;
  const periodMs = range.periodMs ?? range.widerMs;
  const first = Math.floor(from / periodMs) * periodMs;
  const read = await options.store.samples(numbers, { ...stretch, from: asTheyAre ? from : first });
  if (asTheyAre && read.every(({ values }) => values.length <= query.pointsMax)) {
    return { periodMs: null, series: read.map((samples, index) => samplesAsPoints(found[index], samples)) };
  }
  const periods = { statistic, periodMs, from: first, to };
  return { periodMs, series: read.map((samples, index) => seriesOf(found[index], pointsOfSamples(samples, periods))) };
}

const seriesOf = (series: HistorySeries | undefined, points: RangeSeries['points']): RangeSeries => ({
  dimensions: series?.dimensions ?? {},
  points,
  late: [],
});

function samplesAsPoints(series: HistorySeries | undefined, samples: HistorySamples): RangeSeries {
  const points: [number, number][] = [];
  const late: number[] = [];
  for (const [index, timestamp] of samples.timestamps.entries()) {
    const value = samples.values[index] as number;
    // The end of a series, not a value.
    if (Number.isNaN(value)) continue;
    points.push([timestamp, value]);
    if (samples.late[index] === 1) late.push(timestamp);
  }
  return { dimensions: series?.dimensions ?? {}, points, late };
}
