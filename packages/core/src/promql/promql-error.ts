import type { ErrorCode } from '../contract/error-codes.ts';

/**
 * Why a query is not answered: it is PromQL of which we understand only a part, and the message names the part; it is
 * no PromQL; or it cannot be computed over this data.
 */
export type PromqlErrorCode = Extract<ErrorCode, 'unsupported_promql' | 'promql_invalid' | 'promql_execution'>;

/** What is wrong with a query, in the terms of the HTTP API: the caller answers with it. */
export class PromqlError extends Error {
  readonly code: PromqlErrorCode;

  constructor(code: PromqlErrorCode, message: string) {
    super(message);
    this.name = 'PromqlError';
    this.code = code;
  }
}

export const unsupported = (part: string): PromqlError =>
  new PromqlError('unsupported_promql', `${part} is not supported here`);
export const invalid = (message: string): PromqlError => new PromqlError('promql_invalid', message);
