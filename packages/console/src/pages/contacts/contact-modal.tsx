import type { TestSendInput } from '@cloudbell/core/contract/test-send.ts';
import { Button, Group, Modal, MultiSelect, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ProblemNote } from '../../components/problem.tsx';
import { TestSend } from '../../components/test-send.tsx';
import { type Contact, type ContactGroup, usePutContact } from '../../data/contacts.ts';
import { problemOf } from '../../data/problem.ts';
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

function ContactForm({ item, isNew, onClose, taken }: FormProps<Contact>): ReactNode {
  const put = usePutContact();
  const [name, setName] = useState(item.name);
  const [email, setEmail] = useState(item.email ?? '');
  const [webhook, setWebhook] = useState(item.dingtalk?.webhook ?? '');
  const [secret, setSecret] = useState(item.dingtalk?.secret ?? '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (nameError(isNew, taken, name) !== undefined) return;
    const dingtalk = webhook.trim() === '' ? null : { webhook: webhook.trim(), secret: secret.trim() || null };
    const body = { email: email.trim() || null, dingtalk };
    put.mutate({ kind: 'contacts', name: name.trim(), body }, { onSuccess: onClose });
  };
  const errorAt = errorsOf(put.error);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <ProblemNote error={put.error} />
        <TextInput
          label={text.name}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          readOnly={!isNew}
          required
          error={nameError(isNew, taken, name)}
        />
        <TextInput
          label={text.email}
          inputMode="email"
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
          error={errorAt('email')}
        />
        <TestSend what={text.email} test={email.trim() === '' ? null : { channel: 'email', endpoint: email.trim() }} />
        <TextInput
          label={text.dingtalk}
          inputMode="url"
          value={webhook}
          onChange={({ currentTarget }) => setWebhook(currentTarget.value)}
          error={errorAt('dingtalk.webhook')}
        />
        <PasswordInput
          label={text.dingtalkSecret}
          description={text.dingtalkSecretHint}
          autoComplete="off"
          value={secret}
          onChange={({ currentTarget }) => setSecret(currentTarget.value)}
          error={errorAt('dingtalk.secret')}
        />
        <TestSend what={text.robot} test={robotTest({ webhook, secret, stored: isNew ? null : item.name })} />
        <Foot isPending={put.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

/** What is shortened or masked in the fields is that of the stored contact. */
function robotTest(of: { webhook: string; secret: string; stored: string | null }): TestSendInput | null {
  const endpoint = of.webhook.trim();
  if (endpoint === '') return null;
  const contact = of.stored === null ? {} : { contact: of.stored };
  return { channel: 'dingtalk', endpoint, secret: of.secret.trim() || null, ...contact };
}

function GroupForm(props: FormProps<ContactGroup> & { readonly known: readonly string[] }): ReactNode {
  const { item, isNew, onClose, taken, known } = props;
  const put = usePutContact();
  const [name, setName] = useState(item.name);
  const [contacts, setContacts] = useState([...item.contacts]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (nameError(isNew, taken, name) !== undefined) return;
    put.mutate({ kind: 'contact-groups', name: name.trim(), body: { contacts } }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <ProblemNote error={put.error} />
        <TextInput
          label={text.name}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          readOnly={!isNew}
          required
          error={nameError(isNew, taken, name)}
        />
        <MultiSelect
          label={text.members}
          value={contacts}
          onChange={setContacts}
          data={[...new Set([...known, ...item.contacts])]}
          searchable
          error={errorsOf(put.error)('contacts')}
        />
        <Foot isPending={put.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

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
