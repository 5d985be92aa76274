import type { AttemptOutcome, AttemptResult } from '@cloudbell/core/notify/delivery.ts';
import { describeFailure, describeStatus } from './errors.ts';
import type { Exchange, Phase } from './exchange.ts';
import { redact, redactCut } from './redact.ts';
import { parseRetryAfter } from './retry-after.ts';

/** What an attempt came to, for the courier and the ledger: the status decides, whatever became of the body. */
export interface ResultContext {
  /** Wall clock, ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly durationMs: number;
  /** The receiver's scheme, host and port: all of the endpoint that an error may show. */
  readonly origin: string;
  readonly deadlineMs: number;
  readonly answerBytesMax: number;
  /** Texts to blank out. */
  readonly secrets: readonly string[];
}

/** An error is one line; more of it is noise. */
const ERROR_LENGTH_MAX = 500;

export function resultOf(done: Exchange, context: ResultContext): AttemptResult {
  const verdict = judge(done, context);
  const retryAfterMs = done.status === null ? null : parseRetryAfter(done.status, done.retryAfter, context.endedAt);
  return {
    outcome: verdict.outcome,
    startedAt: context.startedAt,
    durationMs: context.durationMs,
    status: done.status,
    error: verdict.error === null ? null : errorText(verdict.error, context),
    answer: done.status === null ? null : answerText(done, context),
    retryAfterMs,
  };
}

/** For an attempt that came to no exchange at all. */
export function failureResult(error: Error, context: ResultContext): AttemptResult {
  const { outcome, text } = describeFailure(error, context.origin);
  const { startedAt, durationMs } = context;
  return {
    outcome,
    startedAt,
    durationMs,
    status: null,
    error: errorText(text, context),
    answer: null,
    retryAfterMs: null,
  };
}

interface Verdict {
  readonly outcome: AttemptOutcome;
  readonly error: string | null;
}

function judge(done: Exchange, { origin, deadlineMs }: ResultContext): Verdict {
  if (done.end === 'timeout') {
    return { outcome: 'timeout', error: `${origin} ${PHASE_TEXTS[done.phase]} within ${deadlineMs / 1000} s.` };
  }
  // A body that broke off after its head changes nothing: the receiver has said what became of the alert.
  if (done.status !== null) {
    if (done.status >= 200 && done.status < 300) return { outcome: 'accepted', error: null };
    return { outcome: 'status', error: describeStatus(done.status) };
  }
  const failure = describeFailure(done.error ?? new Error('no answer'), origin);
  if (failure.outcome === 'reset' && done.stale) {
    return { outcome: 'stale_socket', error: `A kept-open connection to ${origin} was closed before the request.` };
  }
  return { outcome: failure.outcome, error: failure.text };
}

const PHASE_TEXTS: Readonly<Record<Phase, string>> = {
  connecting: 'could not be connected to',
  waiting: 'did not answer',
  reading: 'did not finish its answer',
};

/** The origin stays readable even where a secret looks like a part of it. */
function errorText(text: string, { secrets, origin }: ResultContext): string {
  const clean = text
    .split(origin)
    .map((part) => redact(part, secrets))
    .join(origin);
  return clean.replace(/\s+/g, ' ').slice(0, ERROR_LENGTH_MAX);
}

/** Redacted before it is cut to size, so that no half of a secret stays behind at the cut. */
function answerText(done: Exchange, { answerBytesMax, secrets }: ResultContext): string {
  const text = decode(done.answer);
  const clean = done.cut ? redactCut(text, secrets) : redact(text, secrets);
  const bytes = Buffer.from(clean);
  return bytes.length <= answerBytesMax ? clean : decode(bytes.subarray(0, answerBytesMax));
}

/** UTF-8, without the part of a character that a cut has left at the end. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes, { stream: true });
}
