import { Button, Group, Modal, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Cut } from '../../components/cut.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { type ContactKind, useDeleteContact } from '../../data/contacts.ts';
import { strings } from '../../strings.ts';

const text = strings.contacts;

/** Contacts or groups, with what can be done to each. */
export function ContactTable<Item extends { readonly name: string }>(props: {
  readonly kind: ContactKind;
  /** Undefined while it is read. */
  readonly items: readonly Item[] | undefined;
  readonly columns: readonly string[];
  readonly cellsOf: (item: Item) => readonly ReactNode[];
  /** Absent for who may only look. */
  readonly onEdit: ((item: Item) => void) | undefined;
  readonly removeHintOf: (name: string) => string;
  readonly empty: ReactNode;
}): ReactNode {
  const [removing, setRemoving] = useState<string | null>(null);
  const { onEdit } = props;
  const columns = [text.name, ...props.columns, ...(onEdit === undefined ? [] : [text.actions])];
  if (props.items === undefined) return <Text p="lg">{strings.loading}</Text>;
  if (props.items.length === 0) return props.empty;
  return (
    <>
      <PlainTable columns={columns}>
        {props.items.map((item) => (
          <tr key={item.name}>
            <td className="col-wide">
              <Cut>{item.name}</Cut>
            </td>
            {props.cellsOf(item).map((cell, index) => (
              <td key={props.columns[index]} className="col-wide">
                {typeof cell === 'string' ? <Cut>{cell}</Cut> : cell}
              </td>
            ))}
            {onEdit === undefined ? null : (
              <td>
                <RowActions name={item.name} onEdit={() => onEdit(item)} onRemove={() => setRemoving(item.name)} />
              </td>
            )}
          </tr>
        ))}
      </PlainTable>
      <Remove
        kind={props.kind}
        name={removing}
        hint={props.removeHintOf(removing ?? '')}
        onClose={() => setRemoving(null)}
      />
    </>
  );
}

function RowActions(props: {
  readonly name: string;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}): ReactNode {
  const look = { size: 'compact-sm', variant: 'subtle' } as const;
  const name = props.name.slice(0, 100);
  return (
    <div className="actions">
      <Button {...look} aria-label={`${text.edit} ${name}`} onClick={props.onEdit}>
        {text.edit}
      </Button>
      <Button {...look} className="danger" aria-label={`${text.remove} ${name}`} onClick={props.onRemove}>
        {text.remove}
      </Button>
    </div>
  );
}

function Remove(props: {
  readonly kind: ContactKind;
  readonly name: string | null;
  readonly hint: string;
  readonly onClose: () => void;
}): ReactNode {
  const remove = useDeleteContact();
  const { kind, name, onClose } = props;
  return (
    <Modal opened={name !== null} onClose={onClose} centered title={text.removeSure((name ?? '').slice(0, 80))}>
      <Text mb="lg">{props.hint}</Text>
      <ProblemNote error={remove.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {text.cancel}
        </Button>
        <Button
          color="red"
          loading={remove.isPending}
          onClick={() => name !== null && remove.mutate({ kind, name }, { onSuccess: onClose })}
        >
          {text.remove}
        </Button>
      </Group>
    </Modal>
  );
}
