import { Alert, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { differences } from '../data/differences.ts';
import { ruleStrings } from '../strings-rules.ts';
import { Cut } from './cut.tsx';
import { PlainTable } from './plain-table.tsx';
import { ProblemNote } from './problem.tsx';
import { Time } from './time.tsx';

const text = ruleStrings.form;

/** What is said of a rule, or of a contact. */
export interface ConflictWords {
  readonly changed: (version: number) => string;
  readonly gone: string;
  readonly take: (version: number) => string;
}

/** What two people can edit. */
interface Versioned {
  readonly version: number;
  /** ms; absent where it is not known. */
  readonly updatedAt?: number;
}

/**
 * Two people edited one thing. Shown is what differs; what was typed stays in the form until one decides: take what is
 * stored, or overwrite that very version (a third change in between is a conflict again).
 */
export function ConflictNote<Stored extends Versioned>(props: {
  readonly id: string;
  readonly words: ConflictWords;
  readonly read: (id: string, signal: AbortSignal) => Promise<Stored>;
  /** What a form would send of what is stored: compared with `mine`, field by field. */
  readonly fieldsOf: (stored: Stored) => Record<string, unknown>;
  /** What is stored by now; null when it is gone. */
  readonly currentVersion: number | null;
  readonly mine: Record<string, unknown>;
  readonly onTake: (rule: Stored) => void;
  readonly onOverwrite: (version: number | null) => void;
}): ReactNode {
  const { id, words, currentVersion, mine } = props;
  const stored = useQuery({
    queryKey: ['conflict', props.read.name, id, currentVersion],
    queryFn: ({ signal }) => props.read(id, signal),
    enabled: currentVersion !== null,
  });
  const theirs = stored.data;
  if (currentVersion === null) {
    return (
      <Alert color="orange" variant="outline" role="alert" title={words.gone}>
        <Button size="compact-sm" onClick={() => props.onOverwrite(null)}>
          {text.createAgain}
        </Button>
      </Alert>
    );
  }
  return (
    <Alert color="orange" variant="outline" role="alert" title={words.changed(theirs?.version ?? currentVersion)}>
      <ProblemNote error={stored.error} />
      {theirs === undefined ? null : (
        <Differences mine={mine} theirs={props.fieldsOf(theirs)} changedAt={theirs.updatedAt ?? null} />
      )}
      <Group gap="sm" mt="sm">
        <Button
          size="compact-sm"
          variant="default"
          disabled={theirs === undefined}
          onClick={() => theirs !== undefined && props.onTake(theirs)}
        >
          {words.take(theirs?.version ?? currentVersion)}
        </Button>
        <Button size="compact-sm" onClick={() => props.onOverwrite(theirs?.version ?? currentVersion)}>
          {text.overwrite}
        </Button>
      </Group>
    </Alert>
  );
}

function Differences(props: {
  readonly mine: Record<string, unknown>;
  readonly theirs: Record<string, unknown>;
  /** ms */
  readonly changedAt: number | null;
}): ReactNode {
  const differing = differences(props.mine, props.theirs);
  const when =
    props.changedAt === null ? null : (
      <Text size="sm">
        {text.conflictWhen} <Time ms={props.changedAt} />.
      </Text>
    );
  if (differing.length === 0)
    return (
      <>
        {when}
        <Text size="sm">{text.conflictSame}</Text>
      </>
    );
  return (
    <>
      {when}
      <Text size="sm">{text.conflictHint}</Text>
      <PlainTable columns={[text.fieldColumn, text.theirs, text.mine]} label={text.conflictHint}>
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
      </PlainTable>
    </>
  );
}
