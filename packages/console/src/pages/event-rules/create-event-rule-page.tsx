import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useEventRule } from '../../data/event-rules.ts';
import { strings } from '../../strings.ts';
import { eventStrings } from '../../strings-events.ts';
import { draftOf, NEW_EVENT_RULE } from './event-rule-draft.ts';
import { EventRuleForm } from './event-rule-form.tsx';

const route = getRouteApi('/alert-rules/event/create');

/** A new event rule, empty or as a copy of another. */
export function CreateEventRulePage(): ReactNode {
  const { copy = null } = route.useSearch();
  const { data, error, isFetching } = useEventRule(copy);
  return (
    <Page title={eventStrings.rule.createTitle}>
      <ProblemNote error={error} />
      {copy === null || error !== null ? (
        <EventRuleForm start={NEW_EVENT_RULE} version={null} />
      ) : data === undefined || isFetching ? (
        strings.loading
      ) : (
        <EventRuleForm start={{ ...draftOf(data), ruleId: `${data.ruleId}-copy` }} version={null} />
      )}
    </Page>
  );
}
