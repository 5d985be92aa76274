/**
 * What is wrong, in the form every error of Cloudbell takes on the wire: `{error:{code,message,field?,hint}}`
 * (design.md §6). `code` is one of {@link ./error-codes.ts}.
 */
export interface Problem {
  readonly code: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** Path of the offending field, `escalations.warn.times`; absent when no one field is at fault. */
  readonly field?: string | undefined;
  /** One sentence: what to do. */
  readonly hint: string;
}
