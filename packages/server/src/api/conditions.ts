import type { FastifyRequest } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { VersionCondition } from '../ports/rule-store.ts';

/** `exists` is If-Match: * — any version will do, but there must be one. */
export type WriteCondition = VersionCondition | 'exists';

/** What If-Match and If-None-Match ask for. A bare number is taken too: people type these. */
export function writeCondition(request: FastifyRequest): WriteCondition {
  const ifMatch = request.headers['if-match']?.trim();
  const ifNoneMatch = request.headers['if-none-match']?.trim();
  if (ifMatch !== undefined && ifNoneMatch !== undefined)
    throw invalid('Only one of If-Match and If-None-Match can hold.', 'If-Match');
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch === '*') return 'absent';
    throw invalid('If-None-Match can only be * here.', 'If-None-Match');
  }
  if (ifMatch === undefined) return null;
  if (ifMatch === '*') return 'exists';
  const version = /^"(\d{1,15})"$|^(\d{1,15})$/.exec(ifMatch);
  if (version === null) throw invalid('If-Match is not one version.', 'If-Match');
  return Number(version[1] ?? version[2]);
}

export const etagOf = (version: number): string => `"${version}"`;

function invalid(message: string, field: string): CloudbellError {
  return new CloudbellError('condition_invalid', {
    message,
    field,
    hint: 'Write If-Match: "3" with the version of the ETag, If-Match: * or If-None-Match: *.',
  });
}
