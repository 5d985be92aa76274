import { z } from 'zod';
import { RESOLUTIONS } from '../history/blocks.ts';
import { CHART_STATISTICS } from '../history/statistic-points.ts';
import { dimensionsForm } from './form.ts';

const ms = z.coerce.number().int().min(0).max(8_640_000_000_000_000);

export const RANGE_POINTS_MAX = 11_000;

/** `GET /api/v1/metrics/range`. */
export const rangeQuery = z.object({
  namespace: z.string().min(1).max(255),
  metricName: z.string().min(1).max(255),
  dimensions: z
    .string()
    .max(65_536)
    .optional()
    .meta({ description: 'A JSON object: series that contain all of it, {"instanceId":"i-12"}' }),
  exact: z.enum(['true', 'false']).default('false').meta({
    description: 'true: only the series that has these dimensions and no others, as an alert’s resource does',
  }),
  from: ms.optional().meta({ description: 'ms; an hour before `to` without it' }),
  to: ms.optional().meta({ description: 'ms; now without it' }),
  statistic: z.enum(CHART_STATISTICS).default('Average').meta({ description: 'Of each period' }),
  period: z.coerce.number().int().min(1).max(86_400).optional().meta({
    description: 's; without it the samples themselves, or a period that makes about `points` points of them',
  }),
  points: z.coerce
    .number()
    .int()
    .min(2)
    .max(RANGE_POINTS_MAX)
    .default(500)
    .meta({ description: 'Per series, at most' }),
  limit: z.coerce.number().int().min(1).max(200).default(20).meta({ description: 'Series, at most' }),
});

export const rangeAnswer = z
  .strictObject({
    from: z.number(),
    to: z.number(),
    statistic: z.enum(CHART_STATISTICS),
    period: z.number().nullable().meta({ description: 's; null: the points are the samples' }),
    resolution: z.enum(RESOLUTIONS).meta({ description: 'What it was read from' }),
    series: z.array(
      z.strictObject({
        dimensions: dimensionsForm,
        points: z
          .array(z.tuple([z.number(), z.number()]))
          .meta({ description: 'Timestamp ms and value; of a period, its end' }),
        late: z.array(z.number()).meta({ description: 'Timestamps of samples that arrived more than 10 s late' }),
      }),
    ),
    hasMore: z.boolean().meta({ description: 'More series match than are told' }),
  })
  .meta({ id: 'MetricRange' });
export type MetricRange = z.output<typeof rangeAnswer>;
