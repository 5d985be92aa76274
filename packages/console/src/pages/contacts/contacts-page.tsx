import { Button, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Cut } from '../../components/cut.tsx';
import { Empty } from '../../components/empty.tsx';
import { LinkButton } from '../../components/links.tsx';
import { May } from '../../components/may.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { type Contact, type ContactGroup, useContactGroups, useContacts } from '../../data/contacts.ts';
import { endpointText } from '../../data/words.ts';
import { strings } from '../../strings.ts';
import { ruleStrings } from '../../strings-rules.ts';
import { type ContactEdit, ContactModal } from './contact-modal.tsx';
import { ContactTable } from './contact-table.tsx';

const text = strings.contacts;
const NEW_CONTACT: Contact = { name: '', email: null, dingtalk: null };
const NEW_GROUP: ContactGroup = { name: '', contacts: [] };

/** Who is told: people with endpoints, and the groups that rules name. */
export function ContactsPage(): ReactNode {
  const contacts = useContacts();
  const groups = useContactGroups();
  const [edit, setEdit] = useState<ContactEdit | null>(null);
  if (contacts.data === null) return <NotServed />;
  return (
    <Page title={text.title}>
      <Text>{text.intro}</Text>
      <Section
        title={text.people}
        isFlush
        aside={
          <May do="putContact">
            <Button size="compact-sm" onClick={() => setEdit({ kind: 'contacts', isNew: true, item: NEW_CONTACT })}>
              {text.create}
            </Button>
          </May>
        }
      >
        <ProblemNote error={contacts.error} />
        <ContactTable
          kind="contacts"
          items={contacts.data}
          columns={[text.emailColumn, text.dingtalkColumn]}
          cellsOf={(item) => [item.email ?? strings.none, robotText(item)]}
          onEdit={(item) => setEdit({ kind: 'contacts', isNew: false, item })}
          empty={<Empty title={text.none} hint={text.noneHint} />}
        />
      </Section>
      <Section
        title={text.groups}
        isFlush
        aside={
          <May do="putContactGroup">
            <Button size="compact-sm" onClick={() => setEdit({ kind: 'contact-groups', isNew: true, item: NEW_GROUP })}>
              {text.createGroup}
            </Button>
          </May>
        }
      >
        <ProblemNote error={groups.error} />
        <ContactTable
          kind="contact-groups"
          items={groups.data ?? (groups.isPending ? undefined : [])}
          columns={[text.people]}
          cellsOf={(item) => [item.contacts.join(', ') || strings.none]}
          onEdit={(item) => setEdit({ kind: 'contact-groups', isNew: false, item })}
          empty={<Empty title={text.groupsNone} hint={text.groupsHint} />}
        />
      </Section>
      <ContactModal
        edit={edit}
        onClose={() => setEdit(null)}
        contacts={(contacts.data ?? []).map(({ name }) => name)}
        groups={(groups.data ?? []).map(({ name }) => name)}
      />
    </Page>
  );
}

const robotText = ({ dingtalk }: Contact): ReactNode =>
  dingtalk === null ? strings.none : <Cut>{endpointText(dingtalk.webhook)}</Cut>;

function NotServed(): ReactNode {
  return (
    <Page title={text.title}>
      <div className="card">
        <Empty title={text.absent} hint={text.absentHint}>
          <LinkButton to="/alert-rules" variant="light">
            {ruleStrings.title}
          </LinkButton>
        </Empty>
      </div>
    </Page>
  );
}
