/** What is computed over one window of samples (design.md §1). Percentiles are not evaluated yet. */
export const STATISTICS = [
  'Average',
  'Minimum',
  'Maximum',
  'Sum',
  'SampleCount',
  'LastValue',
  'Value',
  'SumPerSecond',
  'CountPerSecond',
  'Rate',
  'Increase',
] as const;
export type Statistic = (typeof STATISTICS)[number];

/** These count what arrived, so a window seen only in part would lie: they start with the first whole window (semantics.md). */
export const WHOLE_WINDOW_STATISTICS: ReadonlySet<Statistic> = new Set([
  'Sum',
  'SampleCount',
  'SumPerSecond',
  'CountPerSecond',
  'Rate',
  'Increase',
]);
