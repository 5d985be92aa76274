import { Button, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Badge } from '../../components/badges.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Cut } from '../../components/cut.tsx';
import { Empty } from '../../components/empty.tsx';
import { Listed } from '../../components/listed.tsx';
import { Section } from '../../components/page.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { type AccessKey, useAccessKeys, useDeleteAccessKey } from '../../data/access-keys.ts';
import { strings } from '../../strings.ts';
import { userStrings } from '../../strings-users.ts';
import { KeyModal } from './key-modal.tsx';

const text = userStrings.keys;

/** What programs come in with. */
export function KeysTab(): ReactNode {
  const { data, error } = useAccessKeys();
  const [isCreating, setCreating] = useState(false);
  const [removing, setRemoving] = useState<AccessKey | null>(null);
  const remove = useDeleteAccessKey();
  return (
    <Section
      title={userStrings.tabs.keys}
      isFlush
      aside={
        <Button size="compact-sm" onClick={() => setCreating(true)}>
          {text.create}
        </Button>
      }
    >
      <Text px="lg" pt="md">
        {text.intro}
      </Text>
      <ProblemNote error={error} />
      <Listed items={data} empty={<Empty title={text.none} hint={text.noneHint} />}>
        {(keys) => <KeyTable keys={keys} onRemove={setRemoving} />}
      </Listed>
      <KeyModal isOpen={isCreating} onClose={() => setCreating(false)} />
      <Confirm
        title={removing === null ? null : text.removeSure(removing.name || removing.accessKeyId)}
        action={text.remove}
        isPending={remove.isPending}
        error={remove.error}
        onClose={() => {
          setRemoving(null);
          remove.reset();
        }}
        onConfirm={() =>
          removing !== null && remove.mutate(removing.accessKeyId, { onSuccess: () => setRemoving(null) })
        }
      >
        {text.removeHint} {removing?.bootstrap === true ? text.removeBootstrapHint : null}
      </Confirm>
    </Section>
  );
}

function KeyTable(props: {
  readonly keys: readonly AccessKey[];
  readonly onRemove: (key: AccessKey) => void;
}): ReactNode {
  const columns = [userStrings.name, text.id, userStrings.role, text.created, text.used, userStrings.actions];
  return (
    <PlainTable columns={columns}>
      {props.keys.map((key) => (
        <tr key={key.accessKeyId}>
          <td className="col-wide">
            <Cut>{key.name || strings.none}</Cut>
            {key.bootstrap ? <Badge tone="plain">{text.bootstrap}</Badge> : null}
          </td>
          <td className="mono">{key.accessKeyId}</td>
          <td>{userStrings.roles[key.role]}</td>
          <td>
            <Time ms={key.createdAt} />
          </td>
          <td>{key.lastUsedAt === null ? text.never : <Time ms={key.lastUsedAt} />}</td>
          <td>
            <div className="actions">
              <Button
                size="compact-sm"
                variant="subtle"
                px={6}
                className="danger"
                aria-label={userStrings.actionOf(text.remove, key.name || key.accessKeyId)}
                onClick={() => props.onRemove(key)}
              >
                {text.remove}
              </Button>
            </div>
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}
