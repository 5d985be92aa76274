import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../strings.ts';

/** A list in one of its three states: still read (undefined), with nothing in it, or shown. */
export function Listed<Item>(props: {
  readonly items: readonly Item[] | undefined;
  readonly empty: ReactNode;
  readonly children: (items: readonly Item[]) => ReactNode;
}): ReactNode {
  if (props.items === undefined) return <Text p="lg">{strings.loading}</Text>;
  return props.items.length === 0 ? props.empty : props.children(props.items);
}
