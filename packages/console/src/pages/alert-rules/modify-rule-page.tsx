import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useMay } from '../../data/role.ts';
import { useRule } from '../../data/rules.ts';
import { strings } from '../../strings.ts';
import { ruleStrings } from '../../strings-rules.ts';
import { draftOf } from './rule-draft.ts';
import { RuleForm } from './rule-form.tsx';

/** A stored rule. The form keeps the version it was read at, so that nobody's change is overwritten unseen. */
export function ModifyRulePage(): ReactNode {
  const { ruleId } = useParams({ from: '/alert-rules/rule/$ruleId' });
  const { data, error, refetch } = useRule(ruleId);
  const mayPut = useMay('putRule');
  return (
    <Page title={mayPut ? ruleStrings.form.modifyTitle : ruleStrings.form.viewTitle}>
      {data === undefined ? (
        error === null ? (
          strings.loading
        ) : (
          <ProblemNote error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <RuleForm key={ruleId} start={draftOf(data)} version={data.version} />
      )}
    </Page>
  );
}
