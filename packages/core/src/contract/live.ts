import { z } from 'zod';
import { dimensionsForm } from './form.ts';

/** What screens read that live in memory: which series there are, and that something has changed. */
export const seriesListQuery = z.object({
  namespace: z.string().max(255).optional(),
  metricName: z.string().max(255).optional(),
  search: z.string().max(255).optional().meta({ description: 'Part of a dimension’s value or instanceName, any case' }),
  limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: 'Series told one by one' }),
});

const series = z.strictObject({
  namespace: z.string(),
  metricName: z.string(),
  dimensions: dimensionsForm,
  instanceName: z.string().nullable(),
});

export const seriesList = z
  .strictObject({
    namespaces: z.array(z.string()).meta({ description: 'All of the account' }),
    metricNames: z.array(z.string()).meta({ description: 'All of the namespace, or of every one' }),
    items: z.array(series).meta({ description: 'The first that match, in order of appearance' }),
    hasMore: z.boolean().meta({ description: 'More match than are told' }),
  })
  .meta({ id: 'SeriesList' });
export type SeriesListAnswer = z.output<typeof seriesList>;

export const cardinalityQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(10).meta({ description: 'Metrics, and dimensions of each' }),
});

export const cardinality = z
  .strictObject({
    series: z.int().meta({ description: 'Of the account' }),
    seriesMax: z.int().meta({ description: 'As many as allowed' }),
    refusedSamples: z
      .int()
      .meta({ description: 'Since Cloudbell started, because their series would have been one too many' }),
    metrics: z
      .array(
        z.strictObject({
          namespace: z.string(),
          metricName: z.string(),
          series: z.int(),
          dimensions: z
            .array(z.strictObject({ name: z.string(), values: z.int() }))
            .meta({ description: 'Those with most values first; counted over the first 10,000 series' }),
        }),
      )
      .meta({ description: 'Those with most series first' }),
  })
  .meta({ id: 'Cardinality' });

export const metadataQuery = z.object({
  namespace: z.string().max(255).optional(),
  metricName: z.string().max(255).optional(),
});

export const metadataList = z
  .strictObject({
    items: z.array(
      z.strictObject({
        namespace: z.string(),
        metricName: z.string(),
        type: z.string().meta({ examples: ['counter', 'gauge', 'histogram', 'summary', 'delta', 'unknown'] }),
        unit: z.string(),
        help: z.string(),
      }),
    ),
  })
  .meta({ id: 'MetadataList' });

export const CHANGE_KINDS = ['alert', 'rule', 'silence', 'delivery'] as const;
/** `data` of the event `change`. */
export const changeEvent = z.strictObject({
  kind: z.enum(CHANGE_KINDS),
  id: z.string().nullable().meta({ description: 'null: one or more of the kind; read the list again' }),
});
export type ChangeEvent = z.output<typeof changeEvent>;
