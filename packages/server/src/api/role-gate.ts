import { LEAST_ROLE } from '@cloudbell/core/contract/least-role.ts';
import type { Operation } from '@cloudbell/core/contract/operation.ts';
import { OPERATIONS } from '@cloudbell/core/contract/operations.ts';
import { isAtLeast, type Role } from '@cloudbell/core/contract/role.ts';
import type { FastifyRequest } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import { principalOf } from './principal.ts';

interface Gate {
  readonly least: Role;
  readonly isStream: boolean;
}

/** By method and path as Fastify has it, `PUT /api/v1/rules/:ruleId`. */
const GATES: ReadonlyMap<string, Gate> = new Map(
  Object.entries<Operation>(OPERATIONS).map(([id, { method, path, answers }]) => [
    `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    {
      least: (LEAST_ROLE as Readonly<Record<string, Role>>)[id] ?? 'viewer',
      isStream: answers[200]?.contentType === 'text/event-stream',
    },
  ]),
);

/** What a route that the contract does not know asks for: nothing is open by having been forgotten. */
const UNKNOWN_READ: Gate = { least: 'viewer', isStream: false };
const UNKNOWN_CHANGE: Gate = { least: 'admin', isStream: false };

/** What the contract asks of whoever comes to the route of this request. */
export function gateOf(request: FastifyRequest): Gate {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const known = GATES.get(`${method} ${request.routeOptions.url ?? ''}`);
  return known ?? (method === 'GET' ? UNKNOWN_READ : UNKNOWN_CHANGE);
}

/** Throws `role_insufficient` unless the one who asks may do this. */
export function refuseByRole(request: FastifyRequest, { least }: Gate): void {
  const { role, name, kind } = principalOf(request);
  if (isAtLeast(role, least)) return;
  const who = kind === 'session' ? `The user ${name}` : `The access key ${name}`;
  throw new CloudbellError('role_insufficient', {
    message: `${who} has the role ${role}; this needs ${least}.`,
    hint:
      kind === 'session'
        ? 'An admin gives roles, in the console under Settings > Users or with cloudbell users put NAME --role ROLE.'
        : 'Use a key with that role; an admin makes them, in the console under Settings > Access keys.',
  });
}
