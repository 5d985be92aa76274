import type { EndpointTurn } from '@cloudbell/core/event/endpoint-event.ts';
import { CAP_START, nextCap } from '@cloudbell/core/notify/cap.ts';
import {
  type AttemptOutcome,
  type AttemptResult,
  type ChannelName,
  UNJUDGED,
} from '@cloudbell/core/notify/delivery.ts';
import { type EndpointLoad, isProven } from '@cloudbell/core/notify/fairness.ts';
import type { EndpointStatus } from '../ports/courier.ts';
import type { FailingEndpoint } from '../ports/outbox.ts';
import type { EndpointRow } from '../ports/store-reader.ts';
import { AttemptWindow } from './recent-attempts.ts';

/** So many judged failures in a row make an endpoint `failing`: as many as exhaust one delivery. */
export const FAILING_AFTER = 4;

/** Endpoints that are remembered; the one not used for longest is forgotten first, and starts anew. */
export const ENDPOINTS_MAX = 10_000;

/** What earlier processes left in the ledger. */
export type LastSeen = Pick<EndpointRow, 'endpoint' | 'channel' | 'lastAttempt'>;

/** Ends of an attempt that nobody needs to do anything about. */
const SELF_MADE: ReadonlySet<AttemptOutcome> = new Set<AttemptOutcome>(['interrupted', 'stale_socket']);

interface Endpoint extends EndpointLoad {
  readonly channel: ChannelName;
  inFlight: number;
  waiting: number;
  cap: number;
  inTrouble: boolean;
  failuresInARow: number;
  failingSince: number | null;
  lastOutcome: AttemptOutcome | null;
  lastStatus: number | null;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  lastError: string | null;
  readonly outcomes: Partial<Record<AttemptOutcome, number>>;
  readonly window: AttemptWindow;
}

/** What is known of each endpoint since the process started: its cap, its load, and how it is doing. */
export class EndpointHealth {
  /** In order of last use: of the last attempt that began. */
  readonly #endpoints = new Map<string, Endpoint>();
  /** Those that planning a claim has to know: busy, in trouble, or with a cap below the start. */
  readonly #notable = new Set<Endpoint>();
  readonly #max: number;

  constructor(endpointsMax: number = ENDPOINTS_MAX) {
    this.#max = endpointsMax;
  }

  /** Those that `isAsked` for, or all. */
  loads(
    isAsked?: (endpoint: { readonly endpoint: string; readonly channel: ChannelName }) => boolean,
  ): Iterable<EndpointLoad> {
    return isAsked === undefined ? this.#notable : [...this.#notable].filter(isAsked);
  }

  /** Attempts that the cap still allows; of what is claimed ahead no more than a fair share. */
  roomOf(endpoint: string, fairShare = Number.POSITIVE_INFINITY): number {
    const known = this.#endpoints.get(endpoint);
    if (known === undefined) return CAP_START;
    const most = isProven(known) ? Math.min(known.cap, fairShare) : known.cap;
    return Math.max(0, most - known.inFlight);
  }

  /** It is claimed, and waits for a slot. */
  wait(delivery: { readonly endpoint: string; readonly channel: ChannelName }): void {
    const endpoint = this.#endpoints.get(delivery.endpoint) ?? this.#touch(delivery);
    endpoint.waiting++;
    this.#notable.add(endpoint);
  }

  /** So many wait no longer: they begin, or are given back. */
  unwait(name: string, count: number): void {
    const endpoint = this.#endpoints.get(name);
    if (endpoint === undefined) return;
    endpoint.waiting -= count;
    this.#forgetIfQuiet(endpoint);
  }

  /** By what the ledger has of its newest delivery: all that is known of an endpoint until it is used. */
  recall({ endpoint: name, channel, lastAttempt }: LastSeen): void {
    if (lastAttempt === null || SELF_MADE.has(lastAttempt.outcome)) return;
    const { outcome, status, error, startedAt } = lastAttempt;
    const endpoint = this.#touch({ endpoint: name, channel });
    endpoint.lastOutcome = outcome;
    endpoint.lastStatus = status;
    endpoint.lastError = error;
    if (outcome === 'accepted') endpoint.lastSuccessAt = startedAt;
    else if (!UNJUDGED.has(outcome)) {
      endpoint.failuresInARow = 1;
      endpoint.failingSince = startedAt;
      endpoint.lastFailureAt = startedAt;
    }
  }

  /** As the process before left it: what fails, fails until an attempt is accepted. */
  remember({ since, ...at }: FailingEndpoint): void {
    const endpoint = this.#touch(at);
    endpoint.failuresInARow = FAILING_AFTER;
    endpoint.failingSince = since;
    endpoint.inTrouble = true;
    this.#notable.add(endpoint);
  }

  begin(delivery: { readonly endpoint: string; readonly channel: ChannelName }): void {
    const endpoint = this.#touch(delivery);
    endpoint.inFlight++;
    this.#notable.add(endpoint);
  }

  /** `at`: wall clock, ms. Answers whether the endpoint began or ceased to fail with this attempt. */
  end(
    delivery: { readonly endpoint: string; readonly channel: ChannelName },
    { outcome, error, status, durationMs }: Pick<AttemptResult, 'outcome' | 'error' | 'status' | 'durationMs'>,
    at: number,
  ): EndpointTurn | null {
    const endpoint = this.#endpoints.get(delivery.endpoint) ?? this.#touch(delivery);
    const wasFailing = endpoint.failuresInARow >= FAILING_AFTER;
    const since = endpoint.failingSince ?? at;
    endpoint.inFlight--;
    endpoint.cap = nextCap(endpoint.cap, outcome);
    endpoint.outcomes[outcome] = (endpoint.outcomes[outcome] ?? 0) + 1;
    if (!UNJUDGED.has(outcome)) endpoint.window.add(at, { isAccepted: outcome === 'accepted', durationMs });
    if (outcome === 'accepted') {
      endpoint.failuresInARow = 0;
      endpoint.failingSince = null;
      endpoint.inTrouble = false;
      endpoint.lastSuccessAt = at;
    } else if (!UNJUDGED.has(outcome)) {
      endpoint.failuresInARow++;
      endpoint.failingSince ??= at;
      endpoint.inTrouble = true;
      endpoint.lastFailureAt = at;
    }
    if (!SELF_MADE.has(outcome)) {
      endpoint.lastOutcome = outcome;
      endpoint.lastStatus = status;
      endpoint.lastError = error;
    }
    this.#forgetIfQuiet(endpoint);
    const fails = endpoint.failuresInARow >= FAILING_AFTER;
    return fails === wasFailing ? null : { kind: fails ? 'began_failing' : 'recovered', since };
  }

  /** `now`: wall clock, ms. */
  snapshot(now: number): Omit<EndpointStatus, 'waitingUntil'>[] {
    return [...this.#endpoints.values()].map(({ inTrouble: _inTrouble, waiting: _waiting, window, ...endpoint }) => ({
      ...endpoint,
      failing: endpoint.failuresInARow >= FAILING_AFTER,
      outcomes: { ...endpoint.outcomes },
      recent: window.snapshot(now),
    }));
  }

  #forgetIfQuiet(endpoint: Endpoint): void {
    const isBusy = endpoint.inFlight > 0 || endpoint.waiting > 0;
    if (!isBusy && !endpoint.inTrouble && endpoint.cap >= CAP_START) this.#notable.delete(endpoint);
  }

  #touch({ endpoint, channel }: { readonly endpoint: string; readonly channel: ChannelName }): Endpoint {
    const known = this.#endpoints.get(endpoint);
    const touched = known ?? {
      endpoint,
      channel,
      inFlight: 0,
      waiting: 0,
      cap: CAP_START,
      inTrouble: false,
      failuresInARow: 0,
      failingSince: null,
      lastOutcome: null,
      lastStatus: null,
      lastSuccessAt: null,
      lastFailureAt: null,
      lastError: null,
      outcomes: {},
      window: new AttemptWindow(),
    };
    if (known !== undefined) this.#endpoints.delete(endpoint);
    else this.#forgetOne();
    this.#endpoints.set(endpoint, touched);
    return touched;
  }

  #forgetOne(): void {
    if (this.#endpoints.size < this.#max) return;
    for (const endpoint of this.#endpoints.values()) {
      if (endpoint.inFlight > 0 || endpoint.waiting > 0) continue;
      this.#endpoints.delete(endpoint.endpoint);
      this.#notable.delete(endpoint);
      return;
    }
  }
}
