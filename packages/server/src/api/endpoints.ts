import type { EndpointAnswer, EndpointListAnswer } from '@cloudbell/core/contract/endpoint.ts';
import { CAP_START } from '@cloudbell/core/notify/cap.ts';
import { type ChannelName, UNJUDGED } from '@cloudbell/core/notify/delivery.ts';
import { drainMs } from '@cloudbell/core/notify/drain.ts';
import { remedyOf } from '@cloudbell/core/notify/remedy.ts';
import { isCutEndpoint, shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import type { FastifyInstance } from 'fastify';
import type { EndpointStatus, RecentAttempts } from '../ports/courier.ts';
import type { EndpointRow, StoreReader } from '../ports/store-reader.ts';
import type { ApiDeps } from './deps.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';
import { within } from './standing.ts';

/** Endpoints that are looked through; an account with more sees the first of them. */
const ENDPOINTS_MAX = 10_000;

/** How each endpoint is doing is the courier's to say, which knows of the ledger what was before it; the store counts what waits. */
export function mountEndpoints(
  app: FastifyInstance,
  deps: Pick<ApiDeps, 'reader' | 'courier' | 'clock' | 'settings'>,
): void {
  mount(app, 'listEndpoints', async ({ query: { limit } }, request) => {
    const { account } = principalOf(request);
    const status = within(deps.clock, deps.settings.readiness.answerMsMax, deps.courier.status());
    const [rows, { value }] = await Promise.all([deps.reader.endpoints(account, ENDPOINTS_MAX), status]);
    const seen = new Map((value?.endpoints ?? []).map((endpoint) => [endpoint.endpoint, endpoint]));
    return listOf(
      rows.map((row) => endpointStanding(row, seen.get(row.endpoint) ?? null)),
      limit,
    );
  });
}

const ORDER: Readonly<Record<EndpointAnswer['state'], number>> = { failing: 0, waiting: 1, untried: 2, well: 2 };

function listOf(all: readonly EndpointAnswer[], limit: number): EndpointListAnswer {
  const count = (state: EndpointAnswer['state']): number => all.filter((each) => each.state === state).length;
  const items = all.toSorted((a, b) => ORDER[a.state] - ORDER[b.state] || b.latestAt - a.latestAt).slice(0, limit);
  return { items, failing: count('failing'), waiting: count('waiting'), hasMore: all.length > limit };
}

/** Pure. `seen`: null for an endpoint that no attempt has ended at, or while the courier does not answer. */
export function endpointStanding(row: EndpointRow, seen: EndpointStatus | null): EndpointAnswer {
  const state = stateOf(seen);
  const isWell = state === 'well' || state === 'untried';
  const failed = isWell ? null : seen;
  return {
    channel: row.channel,
    endpoint: shownEndpoint(row.endpoint),
    state,
    failuresInARow: seen?.failuresInARow ?? 0,
    failingSince: state === 'failing' ? (seen?.failingSince ?? null) : null,
    lastOutcome: seen?.lastOutcome ?? null,
    lastError: failed?.lastError ?? null,
    hint: hintFor(row.channel, failed),
    lastSuccessAt: seen?.lastSuccessAt ?? null,
    ...recentOf(row, seen),
    waitingUntil: seen?.waitingUntil ?? null,
    queued: row.queued,
    oldestQueuedAt: row.oldestQueuedAt,
    latestDeliveryId: row.deliveryId,
    latestAt: row.createdAt,
  };
}

type Recent = Pick<EndpointAnswer, 'failing' | 'failureRatio' | 'latencyP50Ms' | 'latencyP99Ms' | 'cap' | 'drainMs'>;

function recentOf({ queued }: EndpointRow, seen: EndpointStatus | null): Recent {
  const { failing = false, cap = CAP_START } = seen ?? {};
  const { accepted, failed, p50Ms, p99Ms } = seen?.recent ?? NOTHING_RECENT;
  const judged = accepted + failed;
  return {
    ...{ failing, cap, latencyP50Ms: p50Ms, latencyP99Ms: p99Ms },
    failureRatio: judged === 0 ? null : failed / judged,
    drainMs: drainMs({ queued, failing, cap, p50Ms }),
  };
}

const NOTHING_RECENT: RecentAttempts = { accepted: 0, failed: 0, p50Ms: null, p99Ms: null };

function hintFor(channel: ChannelName, failed: EndpointStatus | null): string | null {
  if (failed?.lastOutcome == null) return null;
  return remedyOf({ channel, outcome: failed.lastOutcome, status: failed.lastStatus });
}

function stateOf(seen: EndpointStatus | null): EndpointAnswer['state'] {
  const outcome = seen?.lastOutcome ?? null;
  if (outcome === null) return 'untried';
  if (outcome === 'accepted') return seen?.waitingUntil == null ? 'well' : 'waiting';
  return UNJUDGED.has(outcome) ? 'waiting' : 'failing';
}

/**
 * The endpoints that a filter means: the one that is written, or those that are shown like it. What is written whole is
 * not looked for.
 */
export async function endpointsMeant(reader: StoreReader, account: string, filter: string): Promise<readonly string[]> {
  if (!isCutEndpoint(filter)) return [filter];
  const known = await reader.endpoints(account, ENDPOINTS_MAX);
  return known.map(({ endpoint }) => endpoint).filter((one) => one === filter || shownEndpoint(one) === filter);
}
