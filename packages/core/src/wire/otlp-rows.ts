import { LabelWriter } from './label-writer.ts';
import {
  attributeText,
  numberOf,
  type OtlpAttribute,
  type OtlpMetric,
  type OtlpPoint,
  type OtlpRequest,
} from './otlp-form.ts';
import type { SampleRows } from './sample-rows.ts';

/**
 * OTLP metrics, whichever form they came in, into rows. Dimensions are the attributes of the data point, over those of
 * the scope, over those of the resource; the scope's name and version are `otel.scope.name` and `otel.scope.version`.
 *
 * - A cumulative sum is its value: a counter, for Rate and Increase, which see resets. A delta is its value too: for Sum.
 * - A histogram is `_count`, `_sum` and `_bucket` with `le`, counts of buckets added up as Prometheus has them.
 * - An exponential histogram is `_count` and `_sum`; its buckets are counted as a native histogram and left out.
 * - A summary is `_count`, `_sum`, and its quantiles.
 */
export function otlpRows(request: OtlpRequest, rows: SampleRows): void {
  const labels = new LabelWriter();
  for (const { resource, scopeMetrics } of request.resourceMetrics ?? []) {
    for (const { scope, metrics } of scopeMetrics ?? []) {
      const shared: Labels = new Map();
      add(shared, resource?.attributes);
      add(shared, scope?.attributes);
      if (scope?.name) shared.set('otel.scope.name', scope.name);
      if (scope?.version) shared.set('otel.scope.version', scope.version);
      for (const metric of metrics ?? []) readMetric(metric, { shared, labels, rows });
    }
  }
}

type Labels = Map<string, string>;

interface Target {
  readonly shared: Labels;
  readonly labels: LabelWriter;
  readonly rows: SampleRows;
}

function add(labels: Labels, attributes: readonly OtlpAttribute[] | undefined): void {
  for (const { key, value } of attributes ?? []) if (key) labels.set(key, attributeText(value));
}

const DELTA = [1, 'AGGREGATION_TEMPORALITY_DELTA'];

function readMetric(metric: OtlpMetric, target: Target): void {
  const { name = '', unit = '', description: help = '' } = metric;
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
  const describe = (type: string): void => target.rows.describe({ metricName: name, type, unit, help });
  const isDelta = (of: { readonly aggregationTemporality?: number | string }): boolean =>
    DELTA.includes(of.aggregationTemporality ?? 0);
  if (gauge !== undefined) {
    describe('gauge');
    for (const point of gauge.dataPoints ?? []) readNumber(name, point, target);
  } else if (sum !== undefined) {
    describe(isDelta(sum) ? 'delta' : sum.isMonotonic === true ? 'counter' : 'gauge');
    for (const point of sum.dataPoints ?? []) readNumber(name, point, target);
  } else if (histogram !== undefined) {
    describe(isDelta(histogram) ? 'delta histogram' : 'histogram');
    for (const point of histogram.dataPoints ?? []) readHistogram(name, point, target);
  } else if (exponentialHistogram !== undefined) {
    describe(isDelta(exponentialHistogram) ? 'delta histogram' : 'histogram');
    for (const point of exponentialHistogram.dataPoints ?? []) {
      target.rows.nativeHistograms += 1;
      readTotals(name, point, target);
    }
  } else if (summary !== undefined) {
    describe('summary');
    for (const point of summary.dataPoints ?? []) readSummary(name, point, target);
  }
}

function readNumber(name: string, point: OtlpPoint, target: Target): void {
  const { asDouble, asInt } = point;
  target.rows.exemplars += point.exemplars?.length ?? 0;
  if (isUnrecorded(point, target)) return;
  if (asDouble === undefined && asInt === undefined) {
    target.rows.skip('data point without a value');
    return;
  }
  push(name, numberOf(asDouble ?? asInt), { point, target });
}

function readTotals(name: string, point: OtlpPoint, target: Target): boolean {
  target.rows.exemplars += point.exemplars?.length ?? 0;
  if (isUnrecorded(point, target)) return false;
  push(`${name}_count`, numberOf(point.count ?? 0), { point, target });
  // Without a sum where values can be negative.
  if (point.sum !== undefined) push(`${name}_sum`, numberOf(point.sum), { point, target });
  return true;
}

function readHistogram(name: string, point: OtlpPoint, target: Target): void {
  if (!readTotals(name, point, target)) return;
  const { bucketCounts = [], explicitBounds = [] } = point;
  if (bucketCounts.length === 0) return;
  if (bucketCounts.length !== explicitBounds.length + 1) {
    target.rows.skip('buckets that do not fit their bounds');
    return;
  }
  let total = 0;
  for (const [at, count] of bucketCounts.entries()) {
    total += numberOf(count);
    const bound = explicitBounds[at];
    const le = bound === undefined ? '+Inf' : String(numberOf(bound));
    push(`${name}_bucket`, total, { point, target, extra: ['le', le] });
  }
}

function readSummary(name: string, point: OtlpPoint, target: Target): void {
  if (!readTotals(name, point, target)) return;
  for (const { quantile = 0, value = 0 } of point.quantileValues ?? []) {
    push(name, numberOf(value), { point, target, extra: ['quantile', String(numberOf(quantile))] });
  }
}

/** The first flag says that there is no value: the series has ended, as a stale marker has it. */
function isUnrecorded({ flags = 0 }: OtlpPoint, { rows }: Target): boolean {
  if ((numberOf(flags) & 1) === 0) return false;
  rows.staleMarkers += 1;
  return true;
}

function push(
  metricName: string,
  value: number,
  {
    point,
    target,
    extra,
  }: { readonly point: OtlpPoint; readonly target: Target; readonly extra?: readonly [string, string] },
): void {
  const { shared, labels, rows } = target;
  const all: Labels = new Map(shared);
  add(all, point.attributes);
  if (extra !== undefined) all.set(...extra);
  all.delete('__name__');
  labels.begin();
  labels.text('__name__', metricName);
  for (const [name, text] of all) labels.text(name, text);
  rows.add(rows.slotOf(labels.bytes, 0, labels.length), Math.floor(numberOf(point.timeUnixNano) / 1e6), value);
}
