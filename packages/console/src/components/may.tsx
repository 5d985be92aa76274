import type { GuardedOperationId } from '@cloudbell/core/contract/least-role.ts';
import type { ReactNode } from 'react';
import { useMay } from '../data/role.ts';

/** What one may not do is not offered; `otherwise` stands in its place. */
export function May(props: {
  readonly do: GuardedOperationId;
  readonly otherwise?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return useMay(props.do) ? props.children : props.otherwise;
}
