import type { z } from 'zod';
import type { Operation } from './operation.ts';
import {
  buildInfoAnswer,
  instantParameters,
  labelParams,
  listParameters,
  metadataAnswer,
  metadataParameters,
  prometheusError,
  queryAnswer,
  rangeParameters,
  rulesAnswer,
  seriesAnswer,
  textsAnswer,
} from './prometheus.ts';

const answers = (schema: z.ZodType) => ({
  200: { description: 'As Prometheus answers', schema },
  400: { description: 'A parameter or the query cannot be understood, or asks for too much', schema: prometheusError },
  422: { description: 'The query cannot be computed over this data', schema: prometheusError },
  503: { description: 'History cannot be read, or the query took too long', schema: prometheusError },
});

const get = <T extends z.ZodObject>(path: string, query: T, details: { summary: string; answer: z.ZodType }) =>
  ({
    method: 'GET',
    path: `/prometheus/api/v1/${path}`,
    tag: 'queries',
    summary: details.summary,
    query,
    answers: answers(details.answer),
  }) as const;

/** The same with its parameters in a form, which is what Grafana sends. */
const post = <T extends z.ZodObject>(operation: ReturnType<typeof get<T>>) =>
  ({
    ...operation,
    method: 'POST',
    summary: `${operation.summary}; parameters in the body`,
    body: operation.query,
    bodyType: 'application/x-www-form-urlencoded',
  }) as const;

const instant = get('query', instantParameters, { summary: 'PromQL at one time', answer: queryAnswer });
const range = get('query_range', rangeParameters, { summary: 'PromQL over a stretch of time', answer: queryAnswer });
const series = get('series', listParameters, { summary: 'The series that match', answer: seriesAnswer });
const labels = get('labels', listParameters, { summary: 'Names of labels', answer: textsAnswer });
const buildInfo = get('status/buildinfo', listParameters.pick({}), {
  summary: 'Which Prometheus this answers like',
  answer: buildInfoAnswer,
});

/** Prometheus's HTTP API over history, for Grafana and whatever else speaks it. */
export const PROMETHEUS_OPERATIONS = {
  prometheusQuery: instant,
  prometheusQueryForm: post(instant),
  prometheusQueryRange: range,
  prometheusQueryRangeForm: post(range),
  prometheusSeries: series,
  prometheusSeriesForm: post(series),
  prometheusLabels: labels,
  prometheusLabelsForm: post(labels),
  prometheusLabelValues: {
    ...get('label/{label}/values', listParameters, { summary: 'Values of a label', answer: textsAnswer }),
    params: labelParams,
  },
  prometheusMetadata: get('metadata', metadataParameters, {
    summary: 'Type, unit and help of metrics, as far as senders told them',
    answer: metadataAnswer,
  }),
  prometheusBuildInfo: buildInfo,
  prometheusBuildInfoForm: post(buildInfo),
  prometheusRules: get('rules', listParameters.pick({}), {
    summary: 'No rules: those of Cloudbell are not written in PromQL, and are at /api/v1/rules',
    answer: rulesAnswer,
  }),
} as const satisfies Record<string, Operation>;
