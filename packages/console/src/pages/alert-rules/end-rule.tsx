import { Button, Checkbox, Group, Modal, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { ProblemNote } from '../../components/problem.tsx';
import { type Rule, useDeleteRule, useDisableRule } from '../../data/rules.ts';
import { ruleStrings as text } from '../../strings-rules.ts';

export interface RuleEnding {
  readonly kind: 'disable' | 'delete';
  readonly rule: Rule;
}

/** Asks before a rule is disabled or deleted: its alerts end with it. */
export function EndRule(props: { readonly ending: RuleEnding | null; readonly onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={props.ending !== null}
      onClose={props.onClose}
      centered
      title={props.ending === null ? '' : titleOf(props.ending)}
    >
      {props.ending === null ? null : <Question ending={props.ending} onClose={props.onClose} />}
    </Modal>
  );
}

const NAME_SHOWN = 80;

function titleOf({ kind, rule }: RuleEnding): string {
  const name = rule.ruleName.length > NAME_SHOWN ? `${rule.ruleName.slice(0, NAME_SHOWN)}…` : rule.ruleName;
  return kind === 'delete' ? text.removeSure(name) : text.disableSure(name);
}

function Question({ ending, onClose }: { readonly ending: RuleEnding; readonly onClose: () => void }): ReactNode {
  const [notify, setNotify] = useState(false);
  const remove = useDeleteRule();
  const disable = useDisableRule();
  const isDelete = ending.kind === 'delete';
  const confirm = (): void => {
    const options = {
      onSuccess: () => {
        notifications.show({ message: isDelete ? text.removed : text.savedDisabled });
        onClose();
      },
    };
    if (isDelete) remove.mutate({ rule: ending.rule, notify }, options);
    else disable.mutate({ rule: ending.rule, notify }, options);
  };
  return (
    <>
      <Text mb="sm">{text.endHint}</Text>
      <Checkbox
        label={text.endNotify}
        checked={notify}
        onChange={({ currentTarget }) => setNotify(currentTarget.checked)}
        mb="lg"
      />
      <ProblemNote error={remove.error ?? disable.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {text.cancel}
        </Button>
        <Button color={isDelete ? 'red' : 'bell'} onClick={confirm} loading={remove.isPending || disable.isPending}>
          {isDelete ? text.remove : text.disable}
        </Button>
      </Group>
    </>
  );
}
