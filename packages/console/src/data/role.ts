import { type GuardedOperationId, LEAST_ROLE } from '@cloudbell/core/contract/least-role.ts';
import { isAtLeast } from '@cloudbell/core/contract/role.ts';
import { useSession } from './session.ts';

/**
 * Whether who is signed in may do this, by the table that the server refuses by. What may not be done is not offered;
 * the server refuses it all the same.
 */
export function useMay(operation: GuardedOperationId): boolean {
  const { data: me } = useSession();
  return me !== null && me !== undefined && isAtLeast(me.role, LEAST_ROLE[operation]);
}
