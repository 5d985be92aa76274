import type { ErrorCode } from '@cloudbell/core/contract/error-codes.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sha256Hex } from '../base/digest.ts';
import type { SeenCondition } from '../ports/contact-store.ts';
import { etagOf, writeCondition } from './conditions.ts';
import { sendProblems } from './errors.ts';

/**
 * A version for what has no counter of its own: 48 bits of a digest of what there is to see. The store compares the
 * seen whole and not by this, so a version only has to differ where a person could have seen a difference.
 */
export const versionOf = (content: readonly unknown[]): number =>
  Number.parseInt(sha256Hex(JSON.stringify(content)).slice(0, 12), 16);

interface SeenWrite<T, W> {
  readonly read: () => Promise<T | null>;
  readonly version: (stored: T) => number;
  /** Whether the write needs to know what is stored, also where the request does not ask for a version. */
  readonly isReadFirst?: boolean;
  readonly write: (seen: SeenCondition<T>) => Promise<W>;
}

/** Writes what the request's conditions allow; `overtaken` when they do not hold. */
export async function writeSeen<T, W extends { readonly outcome: string }>(
  request: FastifyRequest,
  { read, version, isReadFirst = false, write }: SeenWrite<T, W>,
): Promise<W | { readonly outcome: 'overtaken'; readonly current: T | null }> {
  const condition = writeCondition(request);
  if (condition === 'absent' || (condition === null && !isReadFirst)) return write(condition);
  // Once more when somebody wrote between the two: then the version differs, or any will do.
  for (;;) {
    const stored = await read();
    if (stored === null && condition !== null) return { outcome: 'overtaken', current: null };
    if (stored !== null && typeof condition === 'number' && version(stored) !== condition)
      return { outcome: 'overtaken', current: stored };
    const done = await write(stored ?? 'absent');
    if (done.outcome !== 'overtaken') return done;
  }
}

/** 412; `what` as in "The contact". */
export function sendOvertaken(
  reply: FastifyReply,
  { what, code = 'contact_version_mismatch' }: { readonly what: string; readonly code?: ErrorCode },
  currentVersion: number | null,
): FastifyReply {
  if (currentVersion !== null) reply.header('etag', etagOf(currentVersion));
  const message = currentVersion === null ? `${what} is not there.` : `${what} is at version ${currentVersion}.`;
  const hint = 'Read it again, apply your change to what is there, and write with its ETag.';
  return sendProblems(reply, [{ code, message, hint }], { currentVersion });
}
