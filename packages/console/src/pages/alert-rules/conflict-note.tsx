import { Alert, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Cut } from '../../components/cut.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { type Rule, readRule } from '../../data/rules.ts';
import { ruleStrings } from '../../strings-rules.ts';
import { bodyOf, differences, draftOf, type RuleDraft } from './rule-draft.ts';

const text = ruleStrings.form;

/**
 * Two people edited one rule. Shown is what differs; what was typed stays in the form until one decides: take what is
 * stored, or overwrite that very version (a third change in between is a conflict again).
 */
export function ConflictNote(props: {
  readonly ruleId: string;
  /** What is stored by now; null when the rule is gone. */
  readonly currentVersion: number | null;
  readonly mine: RuleDraft;
  readonly onTake: (rule: Rule) => void;
  readonly onOverwrite: (version: number | null) => void;
}): ReactNode {
  const { ruleId, currentVersion, mine } = props;
  const stored = useQuery({
    queryKey: ['rules', 'conflict', ruleId, currentVersion],
    queryFn: ({ signal }) => readRule(ruleId, signal),
    enabled: currentVersion !== null,
  });
  const theirs = stored.data;
  if (currentVersion === null) {
    return (
      <Alert color="orange" variant="outline" role="alert" title={text.conflictGone}>
        <Button size="compact-sm" onClick={() => props.onOverwrite(null)}>
          {text.createAgain}
        </Button>
      </Alert>
    );
  }
  return (
    <Alert color="orange" variant="outline" role="alert" title={text.conflict(theirs?.version ?? currentVersion)}>
      <ProblemNote error={stored.error} />
      {theirs === undefined ? null : <Differences mine={mine} theirs={theirs} />}
      <Group gap="sm" mt="sm">
        <Button
          size="compact-sm"
          variant="default"
          disabled={theirs === undefined}
          onClick={() => theirs !== undefined && props.onTake(theirs)}
        >
          {text.reload(theirs?.version ?? currentVersion)}
        </Button>
        <Button size="compact-sm" onClick={() => props.onOverwrite(theirs?.version ?? currentVersion)}>
          {text.overwrite}
        </Button>
      </Group>
    </Alert>
  );
}

function Differences({ mine, theirs }: { readonly mine: RuleDraft; readonly theirs: Rule }): ReactNode {
  const differing = differences(bodyOf(mine), bodyOf(draftOf(theirs)));
  if (differing.length === 0) return <Text size="sm">{text.conflictSame}</Text>;
  return (
    <>
      <Text size="sm">{text.conflictHint}</Text>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{text.fieldColumn}</th>
            <th scope="col">{text.theirs}</th>
            <th scope="col">{text.mine}</th>
          </tr>
        </thead>
        <tbody>
          {differing.map((one) => (
            <tr key={one.field}>
              <td>{one.field}</td>
              <td className="col-wide">
                <Cut className="mono">{one.theirs}</Cut>
              </td>
              <td className="col-wide">
                <Cut className="mono">{one.mine}</Cut>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
