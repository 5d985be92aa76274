import type { Clock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import type { CourierStatus } from '../ports/courier.ts';
import type { EvaluationStatus } from '../ports/log-writer.ts';
import type { HistoryStatus } from '../ports/metric-history.ts';
import type { OutboxStatus } from '../ports/outbox.ts';
import type { ApiDeps } from './deps.ts';

/** What each room says about itself, or that it did not answer. Read by `/readyz` and `/metrics`. */
export interface Standing {
  readonly now: number;
  readonly evaluation: Answered<EvaluationStatus>;
  readonly outbox: Answered<OutboxStatus>;
  readonly courier: Answered<CourierStatus>;
  readonly history: Answered<HistoryStatus>;
  readonly eventLoopDelayMs: number;
}

export type Answered<T> =
  | { readonly value: T; readonly fault: null }
  | { readonly value: null; readonly fault: string };

export interface StandingDeps extends Pick<ApiDeps, 'writer' | 'outbox' | 'courier' | 'history' | 'clock'> {
  readonly eventLoopDelayMs: () => number;
  readonly answerMsMax: number;
}

/** Callers that come while a reading is under way share it: probes cannot pile up on a room that is stuck. */
export function makeStandingReader(deps: StandingDeps): () => Promise<Standing> {
  let underWay: Promise<Standing> | null = null;
  return () => {
    underWay ??= readStanding(deps).finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

async function readStanding(deps: StandingDeps): Promise<Standing> {
  const now = deps.clock.wallMs();
  const ask = <T>(answer: Promise<T>): Promise<Answered<T>> => within(deps.clock, deps.answerMsMax, answer);
  const courierAnswer = ask(deps.courier.status());
  const outboxAnswer = courierAnswer.then(({ value }) => ask(deps.outbox.status(now, failingEndpoints(value))));
  const historyAnswer = ask(deps.history.status());
  const [evaluation, outbox, courier, history] = await Promise.all([
    ask(deps.writer.status()),
    outboxAnswer,
    courierAnswer,
    historyAnswer,
  ]);
  return { now, evaluation, outbox, courier, history, eventLoopDelayMs: deps.eventLoopDelayMs() };
}

/**
 * A receiver that is down makes a queue, and so does one that may not be sent more for now; that is their affair and no
 * reason to call Cloudbell late.
 */
const failingEndpoints = (courier: CourierStatus | null): string[] =>
  (courier?.endpoints ?? [])
    .filter(({ failing, waitingUntil }) => failing || waitingUntil !== null)
    .map(({ endpoint }) => endpoint);

/** An answer, or that there was none in time. */
export function within<T>(clock: Clock, ms: number, answer: Promise<T>): Promise<Answered<T>> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve({ value: null, fault: `no answer within ${ms} ms` }));
    answer.then(
      (value) => {
        cancel();
        resolve({ value, fault: null });
      },
      (thrown: unknown) => {
        cancel();
        resolve({ value: null, fault: asError(thrown).message });
      },
    );
  });
}
