import { Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { userStrings as text } from '../strings-users.ts';
import { ProblemNote } from './problem.tsx';

/** Asks before something is done that cannot be undone. Stays open, and says why, when it was refused. */
export function Confirm(props: {
  /** The question; null while nothing is asked. */
  readonly title: string | null;
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <Modal opened={props.title !== null} onClose={props.onClose} centered title={props.title ?? ''}>
      <Text mb="lg">{props.children}</Text>
      <ProblemNote error={props.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onClose}>
          {text.cancel}
        </Button>
        <Button color="red" loading={props.isPending} onClick={props.onConfirm}>
          {props.action}
        </Button>
      </Group>
    </Modal>
  );
}
