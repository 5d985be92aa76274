import { Alert, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Cut } from '../../components/cut.tsx';
import type { GroupNames } from '../../data/group-names.ts';
import { strings } from '../../strings.ts';

const text = strings.contacts;
const SHOWN = 5;
const NAME_SHOWN = 40;

/** A group that a rule names and nobody made is an alert that nobody gets. */
export function UnknownGroups(props: {
  readonly names: GroupNames;
  /** Absent for who may make none. */
  readonly onCreate?: ((name: string) => void) | undefined;
}): ReactNode {
  const { names, onCreate } = props;
  if (names.unknown.length === 0) return null;
  return (
    <Alert color="orange" variant="outline" role="alert" title={text.unknownGroups} mt="md">
      {names.unknown.slice(0, SHOWN).map((group) => (
        <div key={group} className="unknown-group">
          <Cut>{text.unknownGroup(group, names.rulesOf(group).join(', '))}</Cut>
          {onCreate === undefined ? null : (
            <Button size="compact-sm" variant="default" maw="100%" onClick={() => onCreate(group)}>
              {text.createThis(group.slice(0, NAME_SHOWN))}
            </Button>
          )}
        </div>
      ))}
    </Alert>
  );
}
