import type { ErrorCode } from '../contract/error-codes.ts';

/** What is wrong with bytes that came in, in the terms of the HTTP API: the caller answers with it. */
export class WireError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, detail: { readonly message: string; readonly hint: string }) {
    super(detail.message);
    this.name = 'WireError';
    this.code = code;
    this.hint = detail.hint;
  }
}
