import { setDimension } from '../metric/dimensions.ts';
import type { SeriesDefinition, SeriesId } from '../metric/series.ts';
import { decodeText, encodeText } from './log-codec-text.ts';
import { DIRTY, markDirty, type Pages } from './pages.ts';

/**
 * The series a fold knows, by id: what they have in common is kept once per metric, what is their own as one text.
 * A definition is made of it when somebody has to be told; the hot path never asks.
 */
export interface SeriesTable extends Pages {
  readonly texts: (string | undefined)[];
  /** By series id. */
  metricOf: Int32Array;
  readonly metrics: Metric[];
  readonly metricNumbers: Map<string, number>;
  /** Of the series defined last: most definitions come metric by metric. */
  lastMetric: number;
  /** Series that are known. */
  count: number;
  /** The definition that was asked for last: effects ask several times. */
  last: SeriesDefinition | null;
  /** Ids below this are in the checkpoint that is being written. */
  cutAt: number;
}

/** One (account, namespace, metric name). */
export interface Metric {
  readonly account: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly key: string;
  /** In order of definition: where a new rule looks. */
  series: SeriesId[];
}

export type MetricName = Pick<Metric, 'account' | 'namespace' | 'metricName'>;

const PAGE_SHIFT = 10;
export const PAGE_SERIES = 1 << PAGE_SHIFT;

export function createSeriesTable(): SeriesTable {
  return {
    ...{ texts: [], metricOf: new Int32Array(0), metrics: [], metricNumbers: new Map(), lastMetric: -1 },
    ...{ count: 0, last: null, cutAt: 0, marks: new Uint8Array(0), aside: new Map() },
  };
}

export function metricKey(of: MetricName): string {
  return JSON.stringify([of.account, of.namespace, of.metricName]);
}

/** The metric, made known if it is not. */
export function metricOf(table: SeriesTable, of: MetricName): Metric {
  return table.metrics[metricNumberOf(table, of)] as Metric;
}

function metricNumberOf(table: SeriesTable, of: MetricName): number {
  const last = table.metrics[table.lastMetric];
  if (last !== undefined && isMetric(last, of)) return table.lastMetric;
  table.lastMetric = numberOf(table, of);
  return table.lastMetric;
}

function isMetric(metric: Metric, of: MetricName): boolean {
  return metric.metricName === of.metricName && metric.namespace === of.namespace && metric.account === of.account;
}

function numberOf(table: SeriesTable, of: MetricName): number {
  const key = metricKey(of);
  const known = table.metricNumbers.get(key);
  if (known !== undefined) return known;
  const { account, namespace, metricName } = of;
  const metric: Metric = { account, namespace, metricName, key, series: [] };
  const number = table.metrics.push(metric) - 1;
  table.metricNumbers.set(key, number);
  return number;
}

export function knownMetric(table: SeriesTable, of: MetricName): Metric | undefined {
  const number = table.metricNumbers.get(metricKey(of));
  return number === undefined ? undefined : table.metrics[number];
}

/** Takes a definition, or another display name of a known series; answers the metric of one that is new. */
export function putSeries(table: SeriesTable, series: SeriesDefinition): Metric | null {
  const { id } = series;
  const known = table.texts[id] !== undefined;
  const number = metricNumberOf(table, series);
  const metric = table.metrics[number] as Metric;
  putText(table, id, { metric: number, text: textOf(series) });
  if (known) return null;
  metric.series.push(id);
  return metric;
}

/** What {@link putSeries} keeps; a checkpoint puts it back. */
export function putText(
  table: SeriesTable,
  id: SeriesId,
  of: { readonly metric: number; readonly text: string },
): void {
  // One after the other, so that the list stays dense, and fast.
  while (table.texts.length < id) table.texts.push(undefined);
  if (table.texts[id] === undefined) table.count++;
  if (id >= table.metricOf.length) grow(table, id);
  const page = id >> PAGE_SHIFT;
  if (table.marks[page] !== DIRTY) markDirty(table, page, seriesImage);
  table.texts[id] = of.text;
  table.metricOf[id] = of.metric;
  table.last = null;
}

/** The ids are not known any more, and never given again. */
export function forgetSeries(table: SeriesTable, ids: readonly SeriesId[]): void {
  const metrics = new Set<Metric>();
  for (const id of ids) {
    if (table.texts[id] === undefined) continue;
    const page = id >> PAGE_SHIFT;
    if (table.marks[page] !== DIRTY) markDirty(table, page, seriesImage);
    table.texts[id] = undefined;
    table.count--;
    metrics.add(table.metrics[table.metricOf[id] as number] as Metric);
  }
  for (const metric of metrics) metric.series = metric.series.filter((id) => table.texts[id] !== undefined);
  table.last = null;
}

function grow(table: SeriesTable, id: SeriesId): void {
  const pages = Math.ceil(Math.max(id + 1, table.metricOf.length * 1.5) / PAGE_SERIES);
  const metrics = new Int32Array(pages * PAGE_SERIES);
  metrics.set(table.metricOf);
  table.metricOf = metrics;
  const marks = new Uint8Array(pages);
  marks.set(table.marks);
  table.marks = marks;
}

/** A page as bytes: a line `metric text` per series, empty for one that is not known. */
export function seriesImage(table: SeriesTable, page: number): Uint8Array {
  const lines: string[] = [];
  for (let id = page << PAGE_SHIFT; id < Math.min((page + 1) << PAGE_SHIFT, table.cutAt); id++) {
    const text = table.texts[id];
    lines.push(text === undefined ? '' : `${table.metricOf[id]} ${text}`);
  }
  return encodeText(lines.join('\n'));
}

/** The inverse; the metrics must be known. */
export function putSeriesPage(table: SeriesTable, page: number, image: Uint8Array): void {
  let id = page << PAGE_SHIFT;
  for (const line of decodeText(image).split('\n')) {
    const space = line.indexOf(' ');
    if (space !== -1) {
      const metric = Number(line.slice(0, space));
      putText(table, id, { metric, text: line.slice(space + 1) });
      table.metrics[metric]?.series.push(id);
    }
    id++;
  }
}

export function knowsSeries(table: SeriesTable, id: SeriesId): boolean {
  return table.texts[id] !== undefined;
}

/** Throws an Error for one that is not known: nothing may ask. */
export function seriesAt(table: SeriesTable, id: SeriesId): SeriesDefinition {
  if (table.last?.id === id) return table.last;
  const text = table.texts[id];
  if (text === undefined) throw new Error(`series ${id} is not known`);
  const { account, namespace, metricName } = table.metrics[table.metricOf[id] as number] as Metric;
  const parts = JSON.parse(text) as (string | null)[];
  const dimensions: Record<string, string> = {};
  for (let i = 1; i + 1 < parts.length; i += 2) setDimension(dimensions, parts[i] as string, parts[i + 1] as string);
  const series = { id, account, namespace, metricName, dimensions, instanceName: parts[0] ?? null };
  table.last = series;
  return series;
}

/** `[instance name or null, name, value, name, value …]`, the dimensions in the order in which they came. */
function textOf({ dimensions, instanceName }: SeriesDefinition): string {
  const parts: (string | null)[] = [instanceName];
  for (const name of Object.keys(dimensions)) parts.push(name, dimensions[name] ?? '');
  return JSON.stringify(parts);
}
