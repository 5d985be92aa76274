import type { TestSendInput } from '@cloudbell/core/contract/test-send.ts';
import { isCutEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import { Button, Group, Modal, MultiSelect, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ConflictNote } from '../../components/conflict-note.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { TestSend } from '../../components/test-send.tsx';
import { type Contact, type ContactGroup, readContact, readContactGroup, usePutContact } from '../../data/contacts.ts';
import { ApiProblem, problemOf } from '../../data/problem.ts';
import { strings } from '../../strings.ts';

const text = strings.contacts;

export type ContactEdit =
  | { readonly kind: 'contacts'; readonly isNew: boolean; readonly item: Contact }
  | { readonly kind: 'contact-groups'; readonly isNew: boolean; readonly item: ContactGroup };

/** Creates or changes a contact or a group. A name is what rules and groups refer to, so it stays. */
export function ContactModal(props: {
  readonly edit: ContactEdit | null;
  readonly onClose: () => void;
  /** Names that are taken. */
  readonly contacts: readonly string[];
  readonly groups: readonly string[];
}): ReactNode {
  const { edit, onClose, contacts, groups } = props;
  const title = edit === null ? '' : edit.isNew ? titleOfNew(edit) : `${text.edit} ${edit.item.name.slice(0, 80)}`;
  return (
    <Modal opened={edit !== null} onClose={onClose} title={title} centered size="lg">
      {edit?.kind === 'contacts' ? (
        <ContactForm item={edit.item} isNew={edit.isNew} onClose={onClose} taken={contacts} />
      ) : null}
      {edit?.kind === 'contact-groups' ? (
        <GroupForm item={edit.item} isNew={edit.isNew} onClose={onClose} taken={groups} known={contacts} />
      ) : null}
    </Modal>
  );
}

const titleOfNew = (edit: ContactEdit): string => (edit.kind === 'contacts' ? text.create : text.createGroup);

interface FormProps<Item> {
  readonly item: Item;
  readonly isNew: boolean;
  readonly onClose: () => void;
  readonly taken: readonly string[];
}

/** A new one under a name that is taken would silently replace what is there. */
const nameError = (isNew: boolean, taken: readonly string[], name: string): string | undefined =>
  isNew && taken.includes(name.trim()) ? text.nameTaken : undefined;

function NameInput(props: {
  readonly name: string;
  readonly onChange: (name: string) => void;
  readonly isNew: boolean;
  readonly taken: readonly string[];
}): ReactNode {
  return (
    <TextInput
      label={text.name}
      value={props.name}
      onChange={({ currentTarget }) => props.onChange(currentTarget.value)}
      readOnly={!props.isNew}
      required
      error={nameError(props.isNew, props.taken, props.name)}
    />
  );
}

function ContactForm({ item, isNew, onClose, taken }: FormProps<Contact>): ReactNode {
  const put = usePutContact();
  const [version, setVersion] = useState(isNew ? null : item.version);
  const [name, setName] = useState(item.name);
  const [email, setEmail] = useState(item.email ?? '');
  const [webhook, setWebhook] = useState(item.dingtalk?.webhook ?? '');
  const [secret, setSecret] = useState(item.dingtalk?.secret ?? '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (nameError(isNew, taken, name) !== undefined) return;
    save(version);
  };
  const body = { email: email.trim() || null, dingtalk: robotOf(webhook, secret) };
  const save = (from: number | null): void =>
    put.mutate({ kind: 'contacts', name: name.trim(), body, from }, { onSuccess: onClose });
  const take = (stored: Contact): void => {
    setVersion(stored.version);
    setEmail(stored.email ?? '');
    setWebhook(stored.dingtalk?.webhook ?? '');
    setSecret(stored.dingtalk?.secret ?? '');
    put.reset();
  };
  const errorAt = errorsOf(put.error);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <ProblemNote error={isConflict(put.error) ? null : put.error} />
        <NameInput name={name} onChange={setName} isNew={isNew} taken={taken} />
        <TextInput
          label={text.email}
          inputMode="email"
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
          error={errorAt('email')}
        />
        <TestSend what={text.email} test={email.trim() === '' ? null : { channel: 'email', endpoint: email.trim() }} />
        <RobotFields
          robot={{ webhook, secret }}
          set={{ webhook: setWebhook, secret: setSecret }}
          errorAt={errorAt}
          stored={isNew ? null : item.name}
        />
        <Overtaken
          error={put.error}
          id={name}
          read={readContact}
          fieldsOf={({ email, dingtalk }) => ({ email, dingtalk })}
          mine={body}
          onTake={take}
          onOverwrite={save}
        />
        <Foot isPending={put.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

interface Robot {
  readonly webhook: string;
  readonly secret: string;
}

function RobotFields(props: {
  readonly robot: Robot;
  readonly set: { readonly [field in keyof Robot]: (value: string) => void };
  readonly errorAt: (field: string) => boolean;
  /** Whose webhook and secret are shown shortened; null for a new contact. */
  readonly stored: string | null;
}): ReactNode {
  const { robot, set, errorAt, stored } = props;
  return (
    <>
      <TextInput
        label={text.dingtalk}
        description={isCutEndpoint(robot.webhook) ? text.robotShortened : undefined}
        inputMode="url"
        value={robot.webhook}
        onChange={({ currentTarget }) => set.webhook(currentTarget.value)}
        error={errorAt('dingtalk.webhook')}
      />
      <PasswordInput
        label={text.dingtalkSecret}
        description={text.dingtalkSecretHint}
        autoComplete="off"
        value={robot.secret}
        onChange={({ currentTarget }) => set.secret(currentTarget.value)}
        error={errorAt('dingtalk.secret')}
      />
      <TestSend what={text.robot} test={robotTest({ ...robot, stored })} />
    </>
  );
}

/** What is shortened or masked in the fields is that of the stored contact. */
function robotTest(of: { webhook: string; secret: string; stored: string | null }): TestSendInput | null {
  const endpoint = of.webhook.trim();
  if (endpoint === '') return null;
  const contact = of.stored === null ? {} : { contact: of.stored };
  return { channel: 'dingtalk', endpoint, secret: of.secret.trim() || null, ...contact };
}
const robotOf = (webhook: string, secret: string) =>
  webhook.trim() === '' ? null : { webhook: webhook.trim(), secret: secret.trim() || null };

function GroupForm(props: FormProps<ContactGroup> & { readonly known: readonly string[] }): ReactNode {
  const { item, isNew, onClose, taken, known } = props;
  const put = usePutContact();
  const [version, setVersion] = useState(isNew ? null : item.version);
  const [name, setName] = useState(item.name);
  const [contacts, setContacts] = useState([...item.contacts]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (nameError(isNew, taken, name) !== undefined) return;
    save(version);
  };
  const save = (from: number | null): void =>
    put.mutate({ kind: 'contact-groups', name: name.trim(), body: { contacts }, from }, { onSuccess: onClose });
  const take = (stored: ContactGroup): void => {
    setVersion(stored.version);
    setContacts([...stored.contacts]);
    put.reset();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <ProblemNote error={isConflict(put.error) ? null : put.error} />
        <NameInput name={name} onChange={setName} isNew={isNew} taken={taken} />
        <MultiSelect
          label={text.members}
          value={contacts}
          onChange={setContacts}
          data={[...new Set([...known, ...item.contacts])]}
          searchable
          error={errorsOf(put.error)('contacts')}
        />
        <Overtaken
          error={put.error}
          id={name}
          read={readContactGroup}
          fieldsOf={(stored) => ({ contacts: stored.contacts })}
          mine={{ contacts: [...contacts].sort() }}
          onTake={take}
          onOverwrite={save}
        />
        <Foot isPending={put.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

/** Somebody else was quicker: shown is what differs, and one decides. */
function Overtaken<Stored extends { readonly version: number }>(
  props: Omit<Parameters<typeof ConflictNote<Stored>>[0], 'words' | 'currentVersion'> & { readonly error: unknown },
): ReactNode {
  const { error, ...rest } = props;
  if (!isConflict(error)) return null;
  return <ConflictNote {...rest} words={text.conflict} currentVersion={error.currentVersion} />;
}

const isConflict = (error: unknown): error is ApiProblem => error instanceof ApiProblem && error.status === 412;

function Foot(props: { readonly isPending: boolean; readonly onClose: () => void }): ReactNode {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={props.onClose}>
        {text.cancel}
      </Button>
      <Button type="submit" loading={props.isPending}>
        {text.confirm}
      </Button>
    </Group>
  );
}

/** True at the field that was refused; the words are in the note above. */
function errorsOf(error: unknown): (field: string) => boolean {
  const at = problemOf(error)?.field;
  return (field) => at?.startsWith(field) ?? false;
}
