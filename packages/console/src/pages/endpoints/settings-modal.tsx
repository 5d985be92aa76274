import { isCutEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import { CALLBACK_PROFILES } from '@cloudbell/core/rule/rule.ts';
import { Button, Group, Modal, NativeSelect, PasswordInput, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ProblemNote } from '../../components/problem.tsx';
import { usePutEndpointSettings } from '../../data/endpoint-settings.ts';
import { problemOf } from '../../data/problem.ts';
import { endpointStrings } from '../../strings-endpoints.ts';
import { userStrings } from '../../strings-users.ts';
import { bodyOf, type SettingsDraft } from './settings-draft.ts';

const text = endpointStrings.form;
const { settings } = endpointStrings;

export interface SettingsEdit {
  /** The version that is changed; null creates. */
  readonly from: number | null;
  readonly draft: SettingsDraft;
}

/** Creates endpoint settings or changes them. */
export function SettingsModal(props: { readonly edit: SettingsEdit | null; readonly onClose: () => void }): ReactNode {
  const { edit, onClose } = props;
  const title =
    edit === null || edit.from === null ? settings.create : userStrings.actionOf(settings.edit, edit.draft.name);
  return (
    <Modal opened={edit !== null} onClose={onClose} title={title} centered size="lg">
      {edit === null ? null : <SettingsForm edit={edit} onClose={onClose} />}
    </Modal>
  );
}

/** The texts of a form, each with how it is changed and whether the server refused it. */
interface FieldsProps {
  readonly draft: SettingsDraft;
  readonly set: (field: keyof SettingsDraft) => (event: { currentTarget: { value: string } }) => void;
  readonly isWrong: (field: string) => boolean;
}

function SettingsForm({ edit, onClose }: { readonly edit: SettingsEdit; readonly onClose: () => void }): ReactNode {
  const put = usePutEndpointSettings();
  const [draft, setDraft] = useState(edit.draft);
  const wrong = problemOf(put.error)?.field;
  const fields: FieldsProps = {
    draft,
    set: (field) => (event) => {
      // Read before React looks at it: by then the event is over.
      const { value } = event.currentTarget;
      setDraft((before) => ({ ...before, [field]: value }));
    },
    isWrong: (field) => wrong?.startsWith(field) ?? false,
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    put.mutate({ name: draft.name.trim(), body: bodyOf(draft), from: edit.from }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <ProblemNote error={put.error} />
        <Where {...fields} isNew={edit.from === null} />
        <When {...fields} />
        <How {...fields} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" loading={put.isPending}>
            {text.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Where({ draft, set, isWrong, isNew }: FieldsProps & { readonly isNew: boolean }): ReactNode {
  return (
    <>
      <TextInput
        label={text.name}
        value={draft.name}
        onChange={set('name')}
        readOnly={!isNew}
        error={isWrong('name')}
        autoComplete="off"
        required
      />
      <TextInput
        label={text.endpoint}
        description={isCutEndpoint(draft.endpoint) ? text.endpointShortened : text.endpointHint}
        inputMode="url"
        value={draft.endpoint}
        onChange={set('endpoint')}
        error={isWrong('endpoint')}
        required
      />
    </>
  );
}

function When({ draft, set, isWrong }: FieldsProps): ReactNode {
  const lengths = Object.entries(text.patiences).map(([value, label]) => ({ value, label }));
  // A length that was chosen elsewhere is one of the choices too.
  const isListed = lengths.some(({ value }) => value === draft.retryFor);
  return (
    <>
      <NativeSelect
        label={text.patience}
        value={draft.retryFor}
        onChange={set('retryFor')}
        data={isListed ? lengths : [...lengths, { value: draft.retryFor, label: `${draft.retryFor} s` }]}
      />
      <Group grow align="flex-end">
        <TextInput
          label={text.attempts}
          inputMode="numeric"
          value={draft.attempts}
          onChange={set('attempts')}
          error={isWrong('rateLimit.attempts')}
        />
        <TextInput
          label={text.period}
          inputMode="numeric"
          value={draft.period}
          onChange={set('period')}
          error={isWrong('rateLimit.period')}
        />
      </Group>
      <p className="quiet small">{text.rateHint}</p>
    </>
  );
}

function How({ draft, set, isWrong }: FieldsProps): ReactNode {
  const auths = Object.entries(text.auths).map(([value, label]) => ({ value, label }));
  return (
    <>
      <NativeSelect label={text.auth} value={draft.auth} onChange={set('auth')} data={auths} />
      {draft.auth === 'basic' ? (
        <TextInput label={text.user} value={draft.user} onChange={set('user')} error={isWrong('auth.user')} />
      ) : null}
      {draft.auth === 'none' ? null : (
        <PasswordInput
          label={draft.auth === 'basic' ? text.password : text.token}
          autoComplete="off"
          value={draft.credential}
          onChange={set('credential')}
          error={isWrong('auth.')}
        />
      )}
      <Textarea
        label={text.headers}
        description={text.headersHint}
        autosize
        minRows={2}
        value={draft.headers}
        onChange={set('headers')}
        error={isWrong('headers')}
      />
      <NativeSelect
        label={text.profile}
        value={draft.callbackProfile}
        onChange={set('callbackProfile')}
        data={[{ value: '', label: text.profileDefault }, ...CALLBACK_PROFILES]}
      />
      <PasswordInput
        label={text.secret}
        description={text.secretHint}
        autoComplete="off"
        value={draft.signingSecret}
        onChange={set('signingSecret')}
        error={isWrong('signingSecret')}
      />
    </>
  );
}
