import { BUCKET_MS, type Resolution } from '@cloudbell/core/history/blocks.ts';
import type { Buckets } from '@cloudbell/core/history/buckets.ts';
import { chooseWindowResolution } from '@cloudbell/core/history/choose-resolution.ts';
import type { SelectedSeries, Selection } from '@cloudbell/core/promql/evaluate.ts';
import type { SampleColumns } from '@cloudbell/core/promql/windows.ts';
import type { FoundSeries } from './find-series.ts';
import type { QueryOptions } from './options.ts';
import type { Pace } from './pace.ts';

/** Read at once: few enough that a week of samples of all of them delays others by a tenth of a second. */
const BATCH_SERIES = 16;

/** What a selection needs of these series: samples, or buckets where those serve as well. */
export async function* readSelection(
  found: readonly FoundSeries[],
  selection: Selection,
  { options, pace }: { readonly options: QueryOptions; readonly pace: Pace },
): AsyncGenerator<SelectedSeries> {
  const { store, retention, clock, limits } = options;
  const resolution = chooseWindowResolution({ ...selection, now: clock.wallMs() }, retention);
  let { samplesMax } = limits;
  for (let at = 0; at < found.length; at += BATCH_SERIES) {
    await pace.rest();
    const batch = found.slice(at, at + BATCH_SERIES);
    const columns = await readColumns(batch, selection, { store, resolution, samplesMax });
    for (const [index, { labels }] of batch.entries()) {
      const { timestamps, values, counts } = columns[index] as SampleColumns;
      samplesMax -= timestamps.length;
      yield { labels, timestamps, values, counts };
    }
  }
}

async function readColumns(
  batch: readonly FoundSeries[],
  selection: Selection,
  {
    store,
    resolution,
    samplesMax,
  }: Pick<QueryOptions, 'store'> & { readonly resolution: Resolution; readonly samplesMax: number },
): Promise<SampleColumns[]> {
  const numbers = batch.map(({ number }) => number);
  const { from, to } = selection;
  if (resolution === 'raw') {
    const samples = await store.samples(numbers, { from, to, samplesMax });
    return samples.map(({ timestamps, values }) => ({ timestamps, values, counts: null }));
  }
  const widthMs = BUCKET_MS[resolution];
  const buckets = await store.buckets(numbers, { resolution, from: from - widthMs, to: to - widthMs, samplesMax });
  return buckets.map((one) => columnsOf(one, selection, widthMs));
}

/** A bucket stands at its end, where all that is in it is past. */
const columnsOf = (buckets: Buckets, { ofBucket }: Selection, widthMs: number): SampleColumns => ({
  timestamps: buckets.starts.map((start) => start + widthMs),
  values: buckets[ofBucket],
  counts: buckets.count,
});
