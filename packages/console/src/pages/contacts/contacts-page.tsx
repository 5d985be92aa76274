import { Button, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Cut } from '../../components/cut.tsx';
import { Empty } from '../../components/empty.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { type Contact, type ContactGroup, useContactGroups, useContacts } from '../../data/contacts.ts';
import { type GroupNames, useGroupNames } from '../../data/group-names.ts';
import { useMay } from '../../data/role.ts';
import { endpointText } from '../../data/words.ts';
import { strings } from '../../strings.ts';
import { type ContactEdit, ContactModal } from './contact-modal.tsx';
import { ContactTable } from './contact-table.tsx';
import { UnknownGroups } from './unknown-groups.tsx';

const text = strings.contacts;
const NEW_CONTACT: Contact = { name: '', version: 0, email: null, dingtalk: null };
const NEW_GROUP: ContactGroup = { name: '', version: 0, contacts: [] };

/** Who is told: people with endpoints, and the groups that rules name. */
export function ContactsPage(): ReactNode {
  const contacts = useContacts().data ?? [];
  const groups = useContactGroups().data ?? [];
  const names = useGroupNames();
  const mayChange = useMay('putContact');
  const [edit, setEdit] = useState<ContactEdit | null>(null);
  const createGroup = (name: string): void =>
    setEdit({ kind: 'contact-groups', isNew: true, item: { ...NEW_GROUP, name } });
  return (
    <Page title={text.title}>
      <Text>{text.intro}</Text>
      <UnknownGroups names={names} onCreate={mayChange ? createGroup : undefined} />
      <People mayChange={mayChange} onEdit={setEdit} />
      <Groups mayChange={mayChange} names={names} onEdit={setEdit} />
      <ContactModal
        edit={edit}
        onClose={() => setEdit(null)}
        contacts={contacts.map(({ name }) => name)}
        groups={groups.map(({ name }) => name)}
      />
    </Page>
  );
}

interface PartProps {
  readonly mayChange: boolean;
  readonly onEdit: (edit: ContactEdit) => void;
}

function People({ mayChange, onEdit }: PartProps): ReactNode {
  const { data, error } = useContacts();
  const create = (
    <Button size="compact-sm" onClick={() => onEdit({ kind: 'contacts', isNew: true, item: NEW_CONTACT })}>
      {text.create}
    </Button>
  );
  return (
    <Section title={text.people} isFlush aside={mayChange ? create : null}>
      <ProblemNote error={error} />
      <ContactTable
        kind="contacts"
        items={data}
        columns={[text.emailColumn, text.dingtalkColumn]}
        cellsOf={(item) => [item.email ?? strings.none, robotText(item)]}
        onEdit={mayChange ? (item) => onEdit({ kind: 'contacts', isNew: false, item }) : undefined}
        removeHintOf={() => text.removeHint}
        empty={<Empty title={text.none} hint={text.noneHint} />}
      />
    </Section>
  );
}

const robotText = ({ dingtalk }: Contact): ReactNode =>
  dingtalk === null ? strings.none : <Cut>{endpointText(dingtalk.webhook)}</Cut>;

function Groups({ mayChange, onEdit, names }: PartProps & { readonly names: GroupNames }): ReactNode {
  const { data, error } = useContactGroups();
  const create = (
    <Button size="compact-sm" onClick={() => onEdit({ kind: 'contact-groups', isNew: true, item: NEW_GROUP })}>
      {text.createGroup}
    </Button>
  );
  return (
    <Section title={text.groups} isFlush aside={mayChange ? create : null}>
      <ProblemNote error={error} />
      <ContactTable
        kind="contact-groups"
        items={data}
        columns={[text.people, text.namedBy]}
        cellsOf={(item) => [
          item.contacts.join(', ') || strings.none,
          names.rulesOf(item.name).join(', ') || text.namedByNone,
        ]}
        onEdit={mayChange ? (item) => onEdit({ kind: 'contact-groups', isNew: false, item }) : undefined}
        removeHintOf={(name) => {
          const rules = names.rulesOf(name).join(', ');
          return rules === '' ? text.removeHint : text.removeGroupHint(rules.slice(0, 300));
        }}
        empty={<Empty title={text.groupsNone} hint={text.groupsHint} />}
      />
    </Section>
  );
}
