import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';
import { Empty } from '../../components/empty.tsx';
import { ruleStrings } from '../../strings-rules.ts';

/** The tab Event Alert: events are forwarded to contacts, and have no callback. */
export function EventRules(): ReactNode {
  return (
    <>
      <Alert color="gray" title={ruleStrings.eventNoCallback} mb="md">
        {ruleStrings.eventNoCallbackHint}
      </Alert>
      <div className="card">
        <Empty title={ruleStrings.eventAbsent} />
      </div>
    </>
  );
}
