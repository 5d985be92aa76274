import type { AttemptOutcome, AttemptResult, ChannelName } from '@cloudbell/core/notify/delivery.ts';
import type { TestSend, TestSendReport } from '@cloudbell/core/notify/test-send.ts';

/** Attempts by how they ended; an outcome that never occurred is absent. */
export type OutcomeCounts = Readonly<Partial<Record<AttemptOutcome, number>>>;

/** Cumulative since the start of the process, as Prometheus histograms are. */
export interface LatencyHistogram {
  /** Upper bounds, ms, ascending; `counts` has one more for everything above. */
  readonly boundsMs: readonly number[];
  /** Per bucket, not cumulative over buckets. */
  readonly counts: readonly number[];
  readonly sumMs: number;
}

/** What judged attempts came to in the last 5 to 10 minutes. */
export interface RecentAttempts {
  readonly accepted: number;
  readonly failed: number;
  /** Of what was accepted, rounded up by at most about a quarter; null where nothing was. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** How one endpoint is doing, since the start of the process. `endpoint` may hold a secret: redact before showing. */
export interface EndpointStatus {
  readonly endpoint: string;
  readonly channel: ChannelName;
  /** Most attempts at once, now in force (design.md §2, courier). */
  readonly cap: number;
  readonly inFlight: number;
  /** The last judged attempts all failed. A health state only: nothing is skipped. */
  readonly failing: boolean;
  readonly failuresInARow: number;
  /** Wall clock, ms: the first of those failures; null while there is none. */
  readonly failingSince: number | null;
  /** How the last attempt ended that we did not end ourselves, and with which status. */
  readonly lastOutcome: AttemptOutcome | null;
  readonly lastStatus: number | null;
  /** Wall clock, ms. */
  readonly lastSuccessAt: number | null;
  readonly lastFailureAt: number | null;
  /** What went wrong last and what to do about it, for people; null once an attempt was accepted. */
  readonly lastError: string | null;
  /** Wall clock, ms: nothing is sent before, for its budget is used up or it throttles. Null when it does not wait. */
  readonly waitingUntil: number | null;
  readonly outcomes: OutcomeCounts;
  readonly recent: RecentAttempts;
}

export interface CourierStatus {
  /** Attempts under way; one may carry several deliveries. */
  readonly inFlight: number;
  /** Results that are not yet on record. */
  readonly unsettled: number;
  /** Consecutive failures of the outbox to record results or to hand out deliveries. 0 while all is well. */
  readonly outboxFailures: number;
  readonly delivered: number;
  readonly exhausted: number;
  readonly outcomes: OutcomeCounts;
  /** Commit of the transition → 2xx, of deliveries that were not replayed. */
  readonly latency: LatencyHistogram;
  readonly endpoints: readonly EndpointStatus[];
  /** Attempts that the end of the process before cut off: their deliveries were sent again, under the same ids. */
  readonly interruptedBefore: number;
  /** How late the sending thread's event loop runs (p99, ms): beyond a few 100 ms answers would seem to come too late. */
  readonly eventLoopDelayMs: number;
}

/** What the other rooms ask of the courier. */
export interface CourierPort {
  /** Deliveries may have become due: look now. Cheap, may be called for every commit; a lost call costs at most 1 s. */
  wake(): Promise<void>;
  status(): Promise<CourierStatus>;
  /**
   * Sends once, now, through the channel that deliveries take. Never rejects for what the endpoint does; ends within the
   * deadline of the channel. Stands in no ledger, and changes nothing of what `status` tells; a robot's message is one of
   * those it may be sent in a minute.
   */
  testSend(test: TestSend): Promise<TestSendReport>;
  /** Sends a heartbeat, once: a GET of this URL, by the thread and the ways that deliveries take. Stands in no ledger. */
  beat(url: string): Promise<AttemptResult>;
  /** Endpoint settings were written: what is sent from the answer on is sent by them. */
  settingsChanged(): Promise<void>;
}
