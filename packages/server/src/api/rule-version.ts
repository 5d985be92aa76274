import type { FastifyReply } from 'fastify';
import type { VersionCondition } from '../ports/rule-store.ts';
import { etagOf, type WriteCondition } from './conditions.ts';
import { sendProblems } from './errors.ts';

interface Mismatch {
  readonly outcome: 'version_mismatch';
  readonly current: number | null;
}

/**
 * A write of a rule on a condition. `If-Match: *` has no counterpart in the store: it is the version read just before,
 * once more if that was overtaken.
 */
export async function writeVersion<W extends { readonly outcome: string }>(
  condition: WriteCondition,
  present: () => Promise<number | null>,
  write: (condition: VersionCondition) => Promise<W | Mismatch>,
): Promise<W | Mismatch> {
  if (condition !== 'exists') return write(condition);
  for (;;) {
    const version = await present();
    if (version === null) return { outcome: 'version_mismatch', current: null };
    const outcome = await write(version);
    if (outcome.outcome !== 'version_mismatch') return outcome;
  }
}

/** 412; `what` as in "rule web-memory". */
export function sendVersionMismatch(reply: FastifyReply, what: string, current: number | null): FastifyReply {
  if (current !== null) reply.header('etag', etagOf(current));
  const message = current === null ? `There is no ${what}.` : `The ${what} is at version ${current}.`;
  const hint = 'Read the rule again, apply your change to what is there, and write with its ETag.';
  return sendProblems(reply, [{ code: 'rule_version_mismatch', message, hint }], { currentVersion: current });
}
