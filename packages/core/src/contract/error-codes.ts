/**
 * Every stable error code with its HTTP status and meaning. `docs/errors.md` lists the same; a test keeps them equal.
 * One line per code, in alphabetical order.
 */
export const ERROR_CODES = {
  log_unavailable: {
    status: 503,
    meaning: 'The sample log could not make it durable; nothing was acknowledged. Send it again.',
  },
  series_out_of_step: {
    status: 503,
    meaning: 'A series id was used that the log does not know; the index is being reloaded. Send it again.',
  },
  stale_owner: {
    status: 503,
    meaning: 'Another process has taken over this partition; this one has stopped committing.',
  },
  store_unavailable: {
    status: 503,
    meaning: 'The store could not write (disk full or read-only); nothing was acknowledged.',
  },
} as const satisfies Record<string, { readonly status: number; readonly meaning: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;
