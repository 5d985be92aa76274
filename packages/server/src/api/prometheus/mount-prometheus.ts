import type { OperationId } from '@cloudbell/core/contract/operations.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CloudbellError } from '../../base/errors.ts';
import type { PromqlScope, SeriesQuestion, StepsQuestion } from '../../ports/promql-history.ts';
import type { ApiDeps } from '../deps.ts';
import { principalOf } from '../principal.ts';
import { mount } from '../route.ts';
import { sendData, sendDataText, sendListing, sendPrometheusError } from './answer.ts';
import { labelName } from './label-name.ts';
import { readMetadata } from './metadata.ts';
import { Parameters } from './parameters.ts';

type QueryDeps = Pick<ApiDeps, 'history' | 'ingest' | 'clock' | 'settings'>;

/** As many as Grafana asks for. */
const LIST_MAX = 40_000;
const MATCHES_MAX = 100;
const STEPS_MAX = 11_000;
/** What this answers like: Grafana chooses by it how to ask. */
const PROMETHEUS_VERSION = '3.0.0';

/** Prometheus's HTTP API over history: parameters in the query or in a form, answers and errors in its own form. */
export function mountPrometheus(app: FastifyInstance, deps: QueryDeps): void {
  const { history, ingest, clock, settings } = deps;
  app.addHook('onRequest', app.authenticate);
  app.setErrorHandler(sendPrometheusError);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_: unknown, body: string) => body,
  );

  const answer = (ids: readonly OperationId[], handle: Handle): void => {
    for (const id of ids) {
      mount(app, id, (_, request, reply) => {
        const parameters = new Parameters(request);
        return handle({ parameters, scope: scopeOf(request, parameters), request, reply });
      });
    }
  };
  answer(['prometheusQuery', 'prometheusQueryForm'], async ({ parameters, scope, reply }) => {
    const question = {
      ...scope,
      query: parameters.required('query'),
      at: parameters.time('time', Math.floor(clock.wallMs())),
    };
    return sendDataText(reply, await history.instantData(question));
  });
  answer(['prometheusQueryRange', 'prometheusQueryRangeForm'], async ({ parameters, scope, reply }) =>
    sendDataText(reply, await history.rangeData({ ...scope, ...readSteps(parameters) })),
  );
  answer(['prometheusSeries', 'prometheusSeriesForm'], async ({ parameters, scope, reply }) => {
    parameters.required('match[]');
    return sendListing(reply, await history.matchingSeries(readList(parameters, scope)));
  });
  answer(['prometheusLabels', 'prometheusLabelsForm'], async ({ parameters, scope, reply }) =>
    sendListing(reply, await history.labelNames(readList(parameters, scope))),
  );
  answer(['prometheusLabelValues'], async ({ parameters, scope, request, reply }) => {
    const { label } = request.params as { readonly label: string };
    return sendListing(reply, await history.labelValues(labelName(label), readList(parameters, scope)));
  });
  answer(['prometheusMetadata'], ({ parameters, scope, reply }) =>
    sendData(
      reply,
      readMetadata(ingest.metadata(scope.account), {
        namespace: scope.namespace,
        metric: parameters.text('metric'),
        limit: parameters.limit('limit', LIST_MAX),
      }),
    ),
  );
  answer(['prometheusBuildInfo', 'prometheusBuildInfoForm'], ({ reply }) =>
    sendData(reply, {
      ...{ version: PROMETHEUS_VERSION, revision: `cloudbell-${settings.version}`, branch: '' },
      ...{ buildUser: '', buildDate: '', goVersion: '' },
    }),
  );
  answer(['prometheusRules'], ({ reply }) => sendData(reply, { groups: [] }));
}

type Handle = (asked: {
  readonly parameters: Parameters;
  readonly scope: PromqlScope;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}) => unknown;

const scopeOf = (request: FastifyRequest, parameters: Parameters): PromqlScope => ({
  account: principalOf(request).account,
  namespace: parameters.text('namespace'),
});

const readList = (parameters: Parameters, scope: PromqlScope): SeriesQuestion => ({
  ...scope,
  matches: parameters.all('match[]', MATCHES_MAX),
  limit: parameters.limit('limit', LIST_MAX),
});

function readSteps(parameters: Parameters): Omit<StepsQuestion, keyof PromqlScope> {
  const start = parameters.time('start', null);
  const end = parameters.time('end', null);
  const stepMs = parameters.duration('step');
  if (end < start) {
    throw new CloudbellError('query_invalid', {
      message: 'end is before start.',
      field: 'end',
      hint: 'Send the earlier time as start.',
    });
  }
  const steps = (end - start) / stepMs;
  if (steps > STEPS_MAX) {
    throw new CloudbellError('range_too_large', {
      message: `From start to end there are more than ${STEPS_MAX} steps.`,
      field: 'step',
      hint: 'Send a longer step, or a shorter time.',
    });
  }
  return { query: parameters.required('query'), start, stepMs, count: Math.floor(steps) + 1 };
}
