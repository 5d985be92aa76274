import { Button, CopyButton, Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';

/** A dialog that makes a secret and then shows it, once: a slip beside it must not close it while it does. */
export function SecretModal(props: {
  readonly isOpen: boolean;
  readonly isShown: boolean;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const { isOpen, isShown, title, onClose, children } = props;
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      centered
      closeOnClickOutside={!isShown}
      closeOnEscape={!isShown}
      withCloseButton={!isShown}
    >
      {children}
    </Modal>
  );
}

/** What can be done with a secret that is shown once. */
export function CopyAndDone(props: {
  readonly secret: string;
  readonly text: { readonly copy: string; readonly copied: string; readonly done: string };
  readonly onDone: () => void;
}): ReactNode {
  const { secret, text, onDone } = props;
  return (
    <Group justify="flex-end">
      <CopyButton value={secret}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? text.copied : text.copy}
          </Button>
        )}
      </CopyButton>
      <Button onClick={onDone}>{text.done}</Button>
    </Group>
  );
}
