import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useRule } from '../../data/rules.ts';
import { strings } from '../../strings.ts';
import { ruleStrings } from '../../strings-rules.ts';
import { draftOf, NEW_RULE } from './rule-draft.ts';
import { RuleForm } from './rule-form.tsx';

const route = getRouteApi('/alert-rules/create');

/** A new rule, empty or as a copy of another. */
export function CreateRulePage(): ReactNode {
  const { copy = null } = route.useSearch();
  const { data, error, isFetching } = useRule(copy);
  return (
    <Page title={ruleStrings.form.createTitle}>
      <ProblemNote error={error} />
      {copy === null || error !== null ? (
        <RuleForm start={NEW_RULE} version={null} />
      ) : data === undefined || isFetching ? (
        strings.loading
      ) : (
        <RuleForm start={{ ...draftOf(data), ruleId: `${data.ruleId}-copy` }} version={null} />
      )}
    </Page>
  );
}
