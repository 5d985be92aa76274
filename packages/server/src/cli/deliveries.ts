import type { DeliveryAnswer, DeliveryDetail } from '@cloudbell/core/contract/delivery.ts';
import { DELIVERY_STATES, type DeliveryState } from '@cloudbell/core/notify/delivery.ts';
import { DURATION_EXAMPLES, durationMs } from '../base/duration.ts';
import { type Colour, colourOfLevel, safeText } from '../base/terminal-text.ts';
import { call, listAll } from './api-client.ts';
import { EXIT } from './exit.ts';
import { readFlags } from './flags.ts';
import { momentText, spanText } from './moment.ts';
import { onlyArgument, QUERY_FLAGS, type Query, queryOf, tell, tellList } from './query.ts';
import { aligned, tableText } from './table.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { runVerb } from './verbs.ts';

/** `cloudbell deliveries`: what was sent where, over the REST API. Answers the exit code (usage.ts). */
export const deliveries = (argv: readonly string[], terminal: Terminal): Promise<number> =>
  runVerb('deliveries', { list, show, replay }, { argv, terminal });

const COLOURS: Readonly<Record<DeliveryState, Colour>> = {
  pending: 'yellow',
  sending: 'yellow',
  delivered: 'green',
  exhausted: 'red',
  cancelled: 'dim',
};
const pathOf = (deliveryId: string): string => `/api/v1/deliveries/${encodeURIComponent(deliveryId)}`;

async function list(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, {
    ...QUERY_FLAGS,
    status: { type: 'string' },
    rule: { type: 'string' },
    endpoint: { type: 'string' },
    since: { type: 'string' },
    limit: { type: 'string', default: '50' },
  });
  const query = queryOf(values, terminal);
  const limit = /^\d{1,6}$/.test(values.limit) ? Number(values.limit) : 0;
  if (limit < 1) throw new UsageError(`--limit: "${values.limit}" is not a number from 1 to 999999`);
  const found = await listAll<DeliveryAnswer>(query.server, '/api/v1/deliveries', {
    query: filterOf(values, terminal.now()),
    most: limit,
  });
  return tellList(query, found, {
    none: 'No such deliveries.',
    table: [
      { title: 'MADE', text: ({ createdAt }) => momentText(createdAt, terminal.timeZone) },
      { title: 'STATE', text: ({ state }) => state, colour: ({ state }) => COLOURS[state] },
      { title: 'LEVEL', text: ({ triggerLevel }) => triggerLevel, colour: (one) => colourOfLevel(one.triggerLevel) },
      { title: 'RULE', text: ({ ruleId }) => ruleId, colour: () => 'bold' },
      { title: 'TRIES', text: ({ judgedAttempts }) => String(judgedAttempts) },
      { title: 'CHANNEL', text: ({ channel }) => channel },
      { title: 'ENDPOINT', text: ({ endpoint }) => endpoint, isElastic: true },
      { title: 'ID', text: ({ deliveryId }) => deliveryId },
    ],
  });
}

interface Filter {
  readonly status?: string | undefined;
  readonly rule?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly since?: string | undefined;
}

function filterOf({ status, rule, endpoint, since }: Filter, now: number): Record<string, string> {
  if (status !== undefined && !(DELIVERY_STATES as readonly string[]).includes(status))
    throw new UsageError(`--status: "${status}" is none of ${DELIVERY_STATES.join(', ')}`);
  const sinceMs = since === undefined ? null : durationMs(since);
  if (since !== undefined && sinceMs === null)
    throw new UsageError(`--since: "${since}" is not a duration like ${DURATION_EXAMPLES}`);
  return {
    ...(status === undefined ? {} : { status }),
    ...(rule === undefined ? {} : { ruleId: rule }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(sinceMs === null ? {} : { since: String(Math.max(0, now - sinceMs)) }),
  };
}

async function show(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, QUERY_FLAGS, true);
  const query = queryOf(values, terminal);
  const path = pathOf(onlyArgument(positionals, 'deliveries show ID'));
  const delivery = await call<DeliveryDetail>(query.server, { method: 'GET', path });
  return tell(query, delivery, query.isJson ? '' : detailText(delivery, query));
}

function detailText(delivery: DeliveryDetail, { terminal, paint }: Query): string {
  const when = (ms: number): string => momentText(ms, terminal.timeZone);
  const { nextAttemptAt, settledAt } = delivery;
  const rows = [
    ['delivery', delivery.deliveryId],
    ['state', delivery.state + (delivery.replay ? ', replayed' : '')],
    ['level', delivery.triggerLevel],
    ['rule', delivery.ruleId],
    ['alert', delivery.alertId],
    ['to', `${delivery.channel} ${delivery.endpoint}`],
    ['made', when(delivery.createdAt)],
    ...(settledAt === null
      ? []
      : [['settled', `${when(settledAt)}, after ${spanText(settledAt - delivery.createdAt)}`]]),
    ...(nextAttemptAt === null ? [] : [['next try', when(nextAttemptAt)]]),
  ];
  const attempts = tableText(
    delivery.attempts,
    [
      { title: 'TRY', text: ({ number }) => (number === null ? '–' : String(number)) },
      { title: 'STARTED', text: ({ startedAt }) => when(startedAt) },
      {
        title: 'OUTCOME',
        text: ({ outcome }) => outcome ?? 'under way',
        colour: ({ outcome }) => (outcome === 'accepted' ? 'green' : outcome === null ? 'yellow' : 'red'),
      },
      { title: 'STATUS', text: ({ status }) => (status === null ? '–' : String(status)) },
      { title: 'MS', text: ({ durationMs: took }) => (took === null ? '–' : String(Math.round(took))) },
      {
        title: 'WHAT IT SAID',
        text: ({ error, answer }) => (error ?? answer ?? '–').trim().slice(0, 500),
        isElastic: true,
      },
    ],
    { paint, columns: terminal.colour ? terminal.columns : null },
  );
  const body = `${delivery.contentType}\n${delivery.body.split('\n').map(safeText).join('\n')}`;
  return [
    aligned(rows.map((row) => row.map(safeText))).join('\n'),
    delivery.attempts.length === 0 ? 'No attempt yet.' : attempts.trimEnd(),
    body,
  ].join('\n\n');
}

async function replay(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, QUERY_FLAGS, true);
  const query = queryOf(values, terminal);
  if (positionals.length === 0) throw new UsageError('usage: cloudbell deliveries replay ID [ID …]');
  const done: unknown[] = [];
  const failed: string[] = [];
  for (const deliveryId of positionals) {
    try {
      done.push(await call(query.server, { method: 'POST', path: `${pathOf(deliveryId)}/replay` }));
    } catch (thrown) {
      failed.push(`${deliveryId}: ${(thrown as Error).message}`);
    }
  }
  for (const line of failed) terminal.err(`${safeText(line)}\n`);
  const ids = `cloudbell deliveries show ${positionals.length === 1 ? positionals[0] : 'ID'} tells how it went.`;
  tell(query, done, done.length === 0 ? 'Nothing is sent again.' : `${done.length} due now; ${safeText(ids)}`);
  return failed.length === 0 ? EXIT.done : EXIT.failed;
}
