import type { Problem } from '@cloudbell/core/contract/problem.ts';
import { strings } from '../strings.ts';

/** What the server refused, as it said it: `{code, message, field?, hint}`, every one of them. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  readonly hint: string;
  /** All that is wrong; at least this one. */
  readonly problems: readonly Problem[];
  /** Of a 412: what is stored by now; null when it is gone. */
  readonly currentVersion: number | null;

  constructor(status: number, error: Problem & { problems?: readonly Problem[]; currentVersion?: number | null }) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.field = error.field;
    this.hint = error.hint;
    this.problems = error.problems ?? [error];
    this.currentVersion = error.currentVersion ?? null;
  }
}

/** No answer at all: the network, or a Cloudbell that is not running. */
export class LostConnection extends Error {
  constructor(cause: unknown) {
    super(strings.connection.lost, { cause });
  }
}

/** Whether something is not there: never was, or a server that has no such path yet. */
export const isMissing = (error: unknown): boolean => error instanceof ApiProblem && error.status === 404;
export const isSignedOut = (error: unknown): boolean => error instanceof ApiProblem && error.status === 401;

/** What was thrown, in the words of an answer; null when nothing was. */
export function problemOf(thrown: unknown): Problem | null {
  if (thrown === null || thrown === undefined) return null;
  if (thrown instanceof ApiProblem) return thrown;
  if (thrown instanceof LostConnection)
    return { code: 'connection_lost', message: thrown.message, hint: strings.connection.lostHint };
  return { code: 'console_error', message: String(thrown), hint: strings.connection.errorHint };
}
