import type { CourierStatus, LatencyHistogram } from '../ports/courier.ts';
import type { EvaluationStatus } from '../ports/log-writer.ts';
import type { HistoryStatus } from '../ports/metric-history.ts';
import type { IntakeStatus } from '../ports/sample-intake.ts';
import type { EndpointQueue } from '../ports/store-reader.ts';
import { endpointRows } from './endpoint-metrics.ts';
import { type Row, render, type Samples } from './metric-rows.ts';
import type { Standing } from './standing.ts';

/**
 * What the rooms say about themselves as Prometheus text. The rooms count, this only shows: everything is made anew
 * for each scrape, so nothing can be counted twice or go stale here. A room that does not answer has no lines.
 */
export async function statusMetrics(from: {
  readonly standing: Standing;
  readonly ingest: IntakeStatus;
  readonly limitHits: ReadonlyMap<string, number>;
  readonly queues: readonly EndpointQueue[];
}): Promise<string> {
  const { standing, ingest } = from;
  const rows: Row[] = [
    ...ingestRows(ingest, from.limitHits),
    one(
      'gauge',
      'cloudbell_event_loop_delay_p99_seconds',
      'How late the main event loop is',
      standing.eventLoopDelayMs / 1000,
    ),
    ...roomRows(standing),
  ];
  if (standing.evaluation.value !== null) rows.push(...evaluationRows(standing.evaluation.value));
  if (standing.history.value !== null) rows.push(...historyRows(standing.history.value));
  if (standing.outbox.value !== null) {
    const { pending, sending, oldestDueAt } = standing.outbox.value;
    const ageMs = oldestDueAt === null ? 0 : Math.max(0, standing.now - oldestDueAt);
    rows.push(
      [
        'gauge',
        'cloudbell_deliveries',
        'Deliveries on their way',
        [
          [{ state: 'pending' }, pending],
          [{ state: 'sending' }, sending],
        ],
      ],
      one(
        'gauge',
        'cloudbell_delivery_oldest_due_age_seconds',
        'How long the oldest due delivery has waited',
        ageMs / 1000,
      ),
    );
  }
  const courier = standing.courier.value;
  if (courier !== null)
    rows.push(...courierRows(courier), ...endpointRows(courier.endpoints, from.queues, standing.now));
  return `${await render(rows)}${courier === null ? '' : histogram('cloudbell_delivery_latency_seconds', courier.latency)}`;
}

const one = (kind: Row[0], name: string, help: string, value: number): Row => [kind, name, help, [[{}, value]]];

function ingestRows(ingest: IntakeStatus, limitHits: ReadonlyMap<string, number>): Row[] {
  const hits: Samples = [
    ...[...limitHits].map(([limit, count]) => [{ limit }, count] as const),
    [{ limit: 'batch_samples' }, ingest.batchesTooLarge],
    [{ limit: 'series_per_account' }, ingest.rejected.series_limit_reached ?? 0],
  ];
  return [
    one('counter', 'cloudbell_ingest_samples_accepted_total', 'Samples taken and made durable', ingest.accepted),
    [
      'counter',
      'cloudbell_ingest_samples_rejected_total',
      'Samples refused, by error code',
      Object.entries(ingest.rejected).map(([code, count]) => [{ code }, count]),
    ],
    one('gauge', 'cloudbell_ingest_series', 'Series known', ingest.series),
    one('gauge', 'cloudbell_ingest_samples_under_way', 'Samples that wait for the sample log', ingest.samplesUnderWay),
    one('counter', 'cloudbell_ingest_stale_markers_total', 'Ends of series that senders told of', ingest.staleMarkers),
    one(
      'counter',
      'cloudbell_ingest_native_histograms_total',
      'Native and exponential histograms, which are not evaluated',
      ingest.nativeHistograms,
    ),
    ['counter', 'cloudbell_limit_hits_total', 'How often a limit was hit; each is an option', hits],
  ];
}

function roomRows({ evaluation, outbox, courier, history }: Standing): Row[] {
  const rooms: Samples = [
    [{ room: 'evaluation' }, evaluation.value === null ? 0 : 1],
    [{ room: 'store' }, outbox.value === null ? 0 : 1],
    [{ room: 'courier' }, courier.value === null ? 0 : 1],
    [{ room: 'history' }, history.value === null ? 0 : 1],
  ];
  return [['gauge', 'cloudbell_room_answers', '1 when the room answered this scrape', rooms]];
}

function evaluationRows(status: EvaluationStatus): Row[] {
  return [
    one('gauge', 'cloudbell_fold_lag_seconds', 'How late evaluation is', status.foldLagMs / 1000),
    one('gauge', 'cloudbell_log_backlog', 'Appends waiting for the sample log', status.backlog),
    one('gauge', 'cloudbell_log_append_seconds', 'Duration of the last append', status.appendMs / 1000),
    one('gauge', 'cloudbell_log_refusing', '1 while the sample log refuses appends', status.refusing === null ? 0 : 1),
    one('gauge', 'cloudbell_commit_seconds', 'Duration of the last commit', status.commitMs / 1000),
    one('gauge', 'cloudbell_fold_series', 'Series the fold knows', status.series),
    one('gauge', 'cloudbell_fold_pairs', 'Pairs of series and rule', status.pairs),
    one('gauge', 'cloudbell_fold_open_windows', 'Windows open', status.openWindows),
    one('counter', 'cloudbell_fold_evaluations_total', 'Evaluations', status.evaluations),
    one('counter', 'cloudbell_fold_samples_total', 'Samples folded', status.samples),
    one('counter', 'cloudbell_fold_late_samples_total', 'Samples whose window was closed', status.lateSamples),
    one(
      'counter',
      'cloudbell_fold_duplicate_samples_total',
      'Samples whose timestamp was taken',
      status.duplicateSamples,
    ),
    one('counter', 'cloudbell_fold_unwatched_samples_total', 'Samples that no rule watches', status.unwatchedSamples),
    one('counter', 'cloudbell_fold_transitions_total', 'Transitions of alerts', status.transitions),
    one('counter', 'cloudbell_log_gaps_total', 'Gaps in observation', status.gaps),
    one('counter', 'cloudbell_log_clock_steps_total', 'Backward steps of the wall clock', status.clockSteps),
  ];
}

function historyRows(status: HistoryStatus): Row[] {
  return [
    one('gauge', 'cloudbell_history_failing', '1 while history does not get on', status.failure === null ? 0 : 1),
    one('gauge', 'cloudbell_history_behind_entries', 'Entries of the sample log not yet taken', status.behindEntries),
    one('gauge', 'cloudbell_history_pending_samples', 'Samples taken and not yet durable', status.pendingSamples),
    one('gauge', 'cloudbell_history_series', 'Series with samples kept', status.series),
    one('gauge', 'cloudbell_history_flush_seconds', 'Duration of the last flush', status.flushMs / 1000),
    one('counter', 'cloudbell_history_samples_total', 'Samples written', status.samples),
    one('counter', 'cloudbell_history_late_samples_total', 'Samples that came late', status.lateSamples),
    one('counter', 'cloudbell_history_duplicate_samples_total', 'Samples that were there', status.duplicateSamples),
  ];
}

function courierRows(status: CourierStatus): Row[] {
  const failing = status.endpoints.filter((endpoint) => endpoint.failing).length;
  return [
    one(
      'gauge',
      'cloudbell_courier_event_loop_delay_p99_seconds',
      'How late the event loop of the sending thread is',
      status.eventLoopDelayMs / 1000,
    ),
    [
      'counter',
      'cloudbell_attempts_resent_total',
      'Attempts that were made again, so that a receiver may have had one twice',
      [
        [{ cause: 'crash' }, status.interruptedBefore],
        [{ cause: 'stop' }, status.outcomes.interrupted ?? 0],
        [{ cause: 'stale_socket' }, status.outcomes.stale_socket ?? 0],
      ],
    ],
    one('gauge', 'cloudbell_courier_in_flight', 'Attempts under way', status.inFlight),
    one('gauge', 'cloudbell_courier_unsettled', 'Results not yet on record', status.unsettled),
    one('gauge', 'cloudbell_courier_outbox_failures', 'Failures in a row to use the outbox', status.outboxFailures),
    [
      'counter',
      'cloudbell_deliveries_settled_total',
      'Deliveries that became final',
      [
        [{ state: 'delivered' }, status.delivered],
        [{ state: 'exhausted' }, status.exhausted],
      ],
    ],
    [
      'counter',
      'cloudbell_attempts_total',
      'Attempts by how they ended',
      Object.entries(status.outcomes).map(([outcome, count]) => [{ outcome }, count ?? 0]),
    ],
    [
      'gauge',
      'cloudbell_endpoints',
      'Endpoints seen since the start',
      [
        [{ state: 'failing' }, failing],
        [{ state: 'well' }, status.endpoints.length - failing],
      ],
    ],
  ];
}

/** prom-client can only observe; the courier has counted already. */
function histogram(name: string, latency: LatencyHistogram): string {
  const lines = [`# HELP ${name} Commit of a transition to 2xx`, `# TYPE ${name} histogram`];
  let count = 0;
  latency.counts.forEach((inBucket, at) => {
    count += inBucket;
    const bound = latency.boundsMs[at];
    lines.push(`${name}_bucket{le="${bound === undefined ? '+Inf' : bound / 1000}"} ${count}`);
  });
  lines.push(`${name}_sum ${latency.sumMs / 1000}`, `${name}_count ${count}`);
  return `${lines.join('\n')}\n`;
}
