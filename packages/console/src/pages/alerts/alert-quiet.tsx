import { Button, Group, Menu, Modal, Alert as Note, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { May } from '../../components/may.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { isSilenced, useAcknowledge, useActiveSilences, useEndSilence, useSilenceAlert } from '../../data/silences.ts';
import type { Alert } from '../../data/types.ts';
import { secondsText } from '../../data/words.ts';
import { strings } from '../../strings.ts';

const text = strings.quiet;
const LENGTHS_S = [3_600, 14_400, 86_400] as const;

/** Two clicks to an hour of quiet. */
export function SilenceMenu({ alert }: { readonly alert: Alert }): ReactNode {
  const silence = useSilenceAlert();
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" loading={silence.isPending}>
            {text.silence}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {LENGTHS_S.map((seconds) => (
            <Menu.Item key={seconds} onClick={() => silence.mutate({ alertId: alert.alertId, forMs: seconds * 1000 })}>
              {text.silenceFor(secondsText(seconds))}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ProblemNote error={silence.error} />
    </>
  );
}

/** Says that somebody knows: the alert is not repeated until it changes. */
export function AcknowledgeButton({ alert }: { readonly alert: Alert }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [note, setNote] = useState('');
  const acknowledge = useAcknowledge();
  if (alert.state === 'OK' || alert.acknowledged) return null;
  const confirm = (): void => acknowledge.mutate({ alertId: alert.alertId, note }, { onSuccess: () => setOpen(false) });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{text.acknowledge}</Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={text.acknowledge} centered>
        <Textarea
          label={text.note}
          description={text.noteHint}
          value={note}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
          maxLength={1000}
          data-autofocus
          mb="lg"
        />
        <ProblemNote error={acknowledge.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setOpen(false)}>
            {text.cancel}
          </Button>
          <Button onClick={confirm} loading={acknowledge.isPending}>
            {text.confirm}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

/** Why this alert is quiet, and how to end that. */
export function QuietNotes({ alert }: { readonly alert: Alert }): ReactNode {
  const silences = useActiveSilences().data?.items ?? [];
  const end = useEndSilence();
  const acknowledge = useAcknowledge();
  const { acknowledged } = alert;
  return (
    <>
      <ProblemNote error={end.error ?? acknowledge.error} />
      {silences
        .filter((silence) => isSilenced(alert, silence))
        .map((silence) => (
          <Note key={silence.silenceId} color="gray" mb="md" title={text.silenced}>
            {text.until} <Time ms={silence.until} />, {text.by(silence.who)} {silence.why}{' '}
            <May do="endSilence">
              <Button size="compact-xs" variant="default" ml="sm" onClick={() => end.mutate(silence.silenceId)}>
                {text.endNow}
              </Button>
            </May>
          </Note>
        ))}
      {acknowledged ? (
        <Note color="gray" mb="md" title={text.acknowledged(acknowledged.by)}>
          <Time ms={acknowledged.at} /> {acknowledged.note}{' '}
          <May do="withdrawAcknowledgement">
            <Button
              size="compact-xs"
              variant="default"
              ml="sm"
              onClick={() => acknowledge.mutate({ alertId: alert.alertId, note: null })}
            >
              {text.takeBack}
            </Button>
          </May>
        </Note>
      ) : null}
    </>
  );
}
