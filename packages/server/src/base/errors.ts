import { ERROR_CODES, type ErrorCode } from '@cloudbell/core/contract/error-codes.ts';
import type { Problem } from '@cloudbell/core/contract/problem.ts';

/** The one error class: carries a {@link Problem}, and the cause where there is one. Survives a thread boundary. */
export class CloudbellError extends Error {
  readonly problem: Problem;

  constructor(code: ErrorCode, detail: { message: string; hint?: string; field?: string; cause?: unknown }) {
    super(detail.message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'CloudbellError';
    this.problem = {
      code,
      message: detail.message,
      hint: detail.hint ?? ERROR_CODES[code].meaning,
      ...(detail.field === undefined ? {} : { field: detail.field }),
    };
  }

  get code(): ErrorCode {
    return this.problem.code as ErrorCode;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

/** Whatever was thrown, as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}
