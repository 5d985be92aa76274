import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';
import { eventStrings } from '../../strings-events.ts';

/** Why there is no HTTP Callback here, and what to do instead. */
export function NoCallback(): ReactNode {
  const { rule: text } = eventStrings;
  return (
    <Alert color="gray" title={text.noCallback} mb="md">
      {text.noCallbackHint} {text.noCallbackInstead}
    </Alert>
  );
}
