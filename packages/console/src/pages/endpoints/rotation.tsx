import { Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Bytes } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { CopyAndDone, SecretModal } from '../../components/secret-once.tsx';
import { useRotate } from '../../data/endpoint-settings.ts';
import { endpointStrings } from '../../strings-endpoints.ts';
import { userStrings } from '../../strings-users.ts';

const text = endpointStrings.settings;

/** Asks, then shows the new signing secret. */
export function Rotation({ name, onClose }: { readonly name: string | null; readonly onClose: () => void }): ReactNode {
  const rotate = useRotate();
  const close = (): void => {
    onClose();
    rotate.reset();
  };
  const secret = rotate.data?.signingSecret;
  const isAsking = secret === undefined;
  const title = name === null ? '' : isAsking ? text.rotateSure(name) : text.rotated;
  return (
    <SecretModal isOpen={name !== null} isShown={!isAsking} title={title} onClose={close}>
      {isAsking ? (
        <>
          <Text mb="lg">{text.rotateHint}</Text>
          <ProblemNote error={rotate.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {userStrings.cancel}
            </Button>
            <Button loading={rotate.isPending} onClick={() => name !== null && rotate.mutate(name)}>
              {text.rotate}
            </Button>
          </Group>
        </>
      ) : (
        <Told secret={secret} onClose={close} />
      )}
    </SecretModal>
  );
}

function Told({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }): ReactNode {
  return (
    <Stack gap="sm">
      <Text>{text.rotatedHint}</Text>
      <Bytes label={text.rotated}>{secret}</Bytes>
      <CopyAndDone secret={secret} text={text} onDone={onClose} />
    </Stack>
  );
}
