import type { MetricRange } from '@cloudbell/core/contract/history.ts';
import type { Dimensions } from '@cloudbell/core/metric/dimensions.ts';
import type { FastifyInstance } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { ApiDeps } from './deps.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';

const HOUR_MS = 3_600_000;

/** `GET /api/v1/metrics/range`: what charts draw, of any metric or of one alert's resource. */
export function mountMetricsRange(app: FastifyInstance, deps: Pick<ApiDeps, 'history' | 'clock'>): void {
  mount(app, 'metricRange', async ({ query }, request): Promise<MetricRange> => {
    const { namespace, metricName, statistic, period, points, limit } = query;
    const to = query.to ?? Math.floor(deps.clock.wallMs());
    const from = query.from ?? Math.max(0, to - HOUR_MS);
    if (from >= to) throw invalid('from', '"from" is not before "to".', 'Both are ms since 1970.');
    if (period !== undefined && (to - from) / (period * 1000) > points) {
      throw new CloudbellError('range_too_large', {
        message: `From ${from} to ${to} there are more than ${points} periods of ${period} s.`,
        field: 'period',
        hint: 'Ask for a longer period or a shorter time, raise points, or leave period out.',
      });
    }
    const answer = await deps.history.range({
      ...{ account: principalOf(request).account, namespace, metricName, from, to, statistic },
      ...{ dimensions: readDimensions(query.dimensions), exact: query.exact === 'true' },
      ...{ periodMs: period === undefined ? null : period * 1000, pointsMax: points, seriesMax: limit },
    });
    const { resolution, periodMs, series, hasMore } = answer;
    const told = series.map((one) => ({
      ...one,
      points: one.points.map(([at, value]): [number, number] => [at, value]),
    }));
    const answeredPeriod = periodMs === null ? null : periodMs / 1000;
    return { from, to, statistic, period: answeredPeriod, resolution, series: told as MetricRange['series'], hasMore };
  });
}

function readDimensions(text: string | undefined): Dimensions {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isMap && Object.values(value).every((one) => typeof one === 'string')) return value as Dimensions;
  } catch {
    // Said below.
  }
  throw invalid(
    'dimensions',
    'The dimensions are not a JSON object of texts.',
    'Write them like {"instanceId":"i-12"}.',
  );
}

const invalid = (field: string, message: string, hint: string): CloudbellError =>
  new CloudbellError('query_invalid', { field, message, hint });
