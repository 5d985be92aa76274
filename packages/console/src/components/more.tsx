import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../strings.ts';

/** The next page of a list, when there is one. */
export function More(props: {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): Promise<unknown>;
  };
}): ReactNode {
  if (!props.list.hasNextPage) return null;
  return (
    <Button
      variant="subtle"
      fullWidth
      radius={0}
      loading={props.list.isFetchingNextPage}
      onClick={() => void props.list.fetchNextPage()}
    >
      {strings.more}
    </Button>
  );
}
