import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useEventRule } from '../../data/event-rules.ts';
import { strings } from '../../strings.ts';
import { eventStrings } from '../../strings-events.ts';
import { draftOf } from './event-rule-draft.ts';
import { EventRuleForm } from './event-rule-form.tsx';

/** A stored event rule, kept at the version it was read at, so that nobody's change is overwritten unseen. */
export function ModifyEventRulePage(): ReactNode {
  const { ruleId } = useParams({ from: '/alert-rules/event/rule/$ruleId' });
  const { data, error, refetch } = useEventRule(ruleId);
  return (
    <Page title={eventStrings.rule.modifyTitle}>
      {data === undefined ? (
        error === null ? (
          strings.loading
        ) : (
          <ProblemNote error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <EventRuleForm key={ruleId} start={draftOf(data)} version={data.version} />
      )}
    </Page>
  );
}
