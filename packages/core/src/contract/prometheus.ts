import { z } from 'zod';

/** Prometheus's HTTP API as others know it: names and forms are its own. */
export const prometheusError = z
  .strictObject({
    status: z.literal('error'),
    errorType: z.string(),
    error: z.string().meta({ description: 'Begins with a code of docs/errors.md' }),
  })
  .meta({ id: 'PrometheusError' });
export type PrometheusError = z.output<typeof prometheusError>;

const success = <T extends z.ZodType>(data: T) =>
  z.strictObject({
    status: z.literal('success'),
    data,
    warnings: z.array(z.string()).optional(),
  });

const labels = z.record(z.string(), z.string());
const point = z.tuple([z.number(), z.string()]).meta({ description: 'Time in s, and the value' });
export const queryAnswer = success(
  z.discriminatedUnion('resultType', [
    z.strictObject({ resultType: z.literal('scalar'), result: point }),
    z.strictObject({
      resultType: z.literal('vector'),
      result: z.array(z.strictObject({ metric: labels, value: point })),
    }),
    z.strictObject({
      resultType: z.literal('matrix'),
      result: z.array(z.strictObject({ metric: labels, values: z.array(point) })),
    }),
  ]),
);
export const seriesAnswer = success(z.array(labels));
export const textsAnswer = success(z.array(z.string()));
export const metadataAnswer = success(
  z.record(z.string(), z.array(z.strictObject({ type: z.string(), help: z.string(), unit: z.string() }))),
);
export const buildInfoAnswer = success(labels);
export const rulesAnswer = success(z.strictObject({ groups: z.array(z.never()) }));

const time = z.string().optional().meta({ description: 'RFC 3339, or s since 1970' });
const namespace = z.string().optional().meta({
  description:
    'Only series of this namespace; without it all, and those outside `prometheus` have the label __namespace__',
});
const limit = z.string().optional().meta({ description: 'Items, at most' });
const query = z.string().optional().meta({ description: 'PromQL; docs/queries.md says how much of it' });
const match = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .meta({ description: 'A selector; may come several times' });

/** Loose: clients send parameters of their own, and Prometheus looks at none that it does not know. */
export const instantParameters = z.looseObject({ query, time, namespace });
export const rangeParameters = z.looseObject({
  ...{ query, start: time, end: time },
  step: z.string().optional().meta({ description: 'A duration like 15s, or s' }),
  namespace,
});
export const listParameters = z.looseObject({ 'match[]': match, limit, namespace });
export const metadataParameters = z.looseObject({ metric: z.string().optional(), limit, namespace });
export const labelParams = z.object({
  label: z.string().meta({ description: 'Names that are no words as U__ escapes' }),
});
