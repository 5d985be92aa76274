import { STATUS_CODES } from 'node:http';
import type { AttemptOutcome } from '@cloudbell/core/notify/delivery.ts';
import { errors } from 'undici';

/**
 * From what the network, TLS and HTTP throw to the outcomes of the ledger, as a table. The sentences are ours and name
 * the receiver by its origin alone: a path or query may hold a token.
 */
export type FailureOutcome = Extract<
  AttemptOutcome,
  'timeout' | 'refused' | 'reset' | 'unreachable' | 'dns' | 'tls' | 'forbidden_address' | 'protocol'
>;

/** A failure that knows its outcome already. `detail` completes the sentence. */
export class SendError extends Error {
  readonly outcome: FailureOutcome;
  readonly detail: string;

  constructor(outcome: FailureOutcome, detail: string, cause?: unknown) {
    super(detail, { cause });
    this.name = 'SendError';
    this.outcome = outcome;
    this.detail = detail;
  }
}

const OUTCOME_BY_CODE: Readonly<Record<string, FailureOutcome>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset', // undici: the other side closed
  ETIMEDOUT: 'timeout', // the kernel gave up before we did
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable', // a local firewall
  EPERM: 'unreachable',
  EMFILE: 'unreachable', // our own limits
  ENFILE: 'unreachable',
  ENOBUFS: 'unreachable',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'protocol',
};

const OUTCOME_BY_PREFIX: readonly (readonly [prefix: string, outcome: FailureOutcome])[] = [
  ['ERR_SSL_', 'tls'],
  ['ERR_TLS_', 'tls'],
  ['CERT_', 'tls'],
];

export interface Failure {
  readonly outcome: FailureOutcome;
  /** One sentence. */
  readonly text: string;
}

/** `origin` is the receiver's: scheme, host and port. */
export function describeFailure(thrown: Error, origin: string): Failure {
  const error = mostTelling(thrown);
  if (error instanceof SendError)
    return { outcome: error.outcome, text: sentence(error.outcome, origin, error.detail) };
  const code = codeOf(error);
  // The HTTP parser's error has a code only now and then.
  const outcome = error instanceof errors.HTTPParserError ? 'protocol' : outcomeOf(code, error.message);
  return { outcome, text: sentence(outcome, origin, code === '' ? error.message : code) };
}

function outcomeOf(code: string, message: string): FailureOutcome {
  // undici gives its socket error for answers that break HTTP, too.
  if (code === 'UND_ERR_SOCKET' && message.startsWith('bad ')) return 'protocol';
  const listed = Object.hasOwn(OUTCOME_BY_CODE, code) ? OUTCOME_BY_CODE[code] : undefined;
  return listed ?? OUTCOME_BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'unreachable';
}

function sentence(outcome: FailureOutcome, origin: string, detail: string): string {
  switch (outcome) {
    case 'refused':
      return `${origin} refused the connection.`;
    case 'reset':
      return `${origin} closed the connection before it answered.`;
    case 'timeout':
      return `${origin} took too long (${detail}).`;
    case 'unreachable':
      return `${origin} cannot be reached (${detail}).`;
    case 'dns':
      return `The name of ${origin} does not resolve (${detail}).`;
    case 'tls':
      return `TLS with ${origin} failed (${detail}).`;
    case 'forbidden_address':
      return `${origin} must not be called: ${detail}.`;
    case 'protocol':
      return `${origin} did not answer in HTTP (${detail}).`;
    default:
      return outcome satisfies never;
  }
}

/** The sentence for an answer that was not 2xx. */
export function describeStatus(status: number): string {
  const name = STATUS_CODES[status];
  const answer = name === undefined ? `Answered ${status}` : `Answered ${status} ${name}`;
  return status >= 300 && status < 400 ? `${answer}; redirects are not followed.` : `${answer}.`;
}

/** Of several addresses that failed, the first whose failure is in the table. */
function mostTelling(error: Error): Error {
  if (!(error instanceof AggregateError)) return error;
  const errors = error.errors.filter((one): one is Error => one instanceof Error);
  return errors.find((one) => Object.hasOwn(OUTCOME_BY_CODE, codeOf(one))) ?? errors[0] ?? error;
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
