import type { ContactAnswer } from '@cloudbell/core/contract/contact.ts';
import type { Contact, ContactRobot } from '@cloudbell/core/notify/contact.ts';
import { parseContact } from '@cloudbell/core/notify/parse-contact.ts';
import { isMaskedSecret, maskSecret } from '@cloudbell/core/notify/robot-secret.ts';
import { isCutEndpoint, shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { SeenCondition } from '../ports/contact-store.ts';
import { etagOf } from './conditions.ts';
import { pageByName } from './cursor.ts';
import type { ApiDeps } from './deps.ts';
import { sendProblems } from './errors.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';
import { sendOvertaken, versionOf, writeSeen } from './seen-condition.ts';

type ContactDeps = Pick<ApiDeps, 'contacts' | 'clock' | 'checkWebhook'> & {
  readonly onLimit: (limit: 'contacts_per_account') => void;
};

/** Contacts over REST. A write takes effect at once: notifications go to the contacts of the moment they are made. */
export function mountContacts(app: FastifyInstance, deps: ContactDeps): void {
  mount(app, 'putContact', async ({ params: { name } }, request, reply) => {
    const { account } = principalOf(request);
    const parsed = parseContact(account, name, request.body, deps);
    if ('problems' in parsed) return sendProblems(reply, parsed.problems);
    const write = await writeSeen(request, {
      read: () => deps.contacts.contact(account, name),
      version: versionOfContact,
      // The secret that a mask stands for must not come back after somebody has replaced it.
      isReadFirst: isMasked(parsed.contact),
      write: async (seen) => deps.contacts.putContact(unmasked(parsed.contact, seen), deps.clock.wallMs(), seen),
    });
    if (write.outcome === 'overtaken') return sendMismatch(reply, write.current);
    if (write.outcome === 'too_many') {
      deps.onLimit('contacts_per_account');
      throw new CloudbellError('contact_limit_reached', {
        message: `The account has ${write.limit} contacts, as many as allowed.`,
        hint: 'Delete contacts that are no longer needed.',
      });
    }
    return sendContact(reply.code(write.outcome === 'created' ? 201 : 200), write.contact);
  });
  mount(app, 'getContact', async ({ params: { name } }, request, reply) => {
    const contact = await deps.contacts.contact(principalOf(request).account, name);
    if (contact === null) throw contactNotFound();
    return sendContact(reply, contact);
  });
  mount(app, 'deleteContact', async ({ params: { name } }, request, reply) => {
    const { account } = principalOf(request);
    const removal = await writeSeen(request, {
      read: () => deps.contacts.contact(account, name),
      version: versionOfContact,
      write: (seen) => deps.contacts.removeContact(account, name, seen),
    });
    if (removal.outcome === 'overtaken') return sendMismatch(reply, removal.current);
    if (removal.outcome === 'not_found') throw contactNotFound();
    return reply.code(204).send();
  });
  mount(app, 'listContacts', async ({ query }, request) => {
    const { account } = principalOf(request);
    const { items, next } = await pageByName(query, (page) => deps.contacts.contacts({ ...page, account }));
    return { items: items.map(toAnswer), next };
  });
}

type ContactFields = Omit<Contact, 'createdAt' | 'updatedAt'>;

const isMasked = ({ dingtalk }: ContactFields): boolean =>
  dingtalk !== null &&
  (isCutEndpoint(dingtalk.webhook) || (dingtalk.secret !== null && isMaskedSecret(dingtalk.secret)));

/** A webhook that was cut and a secret that was masked, read and sent back, stand for the stored ones. */
function unmasked(contact: ContactFields, seen: SeenCondition<Contact>): ContactFields {
  const { dingtalk } = contact;
  if (dingtalk === null || !isMasked(contact)) return contact;
  const stored = seen === null || seen === 'absent' ? null : seen.dingtalk;
  return { ...contact, dingtalk: unmaskedRobot(dingtalk, stored) };
}

/** Throws `contact_secret_masked` when what is masked is not of the stored robot. */
export const unmaskedRobot = (robot: ContactRobot, stored: ContactRobot | null): ContactRobot => ({
  webhook: wholeWebhook(robot, stored),
  secret: wholeSecret(robot, stored),
});

function wholeWebhook({ webhook }: ContactRobot, stored: ContactRobot | null): string {
  if (!isCutEndpoint(webhook)) return webhook;
  if (stored !== null && shownEndpoint(stored.webhook) === webhook) return stored.webhook;
  throw new CloudbellError('contact_secret_masked', {
    message: 'The webhook of the robot is shortened, and is not that of the stored contact.',
    field: 'dingtalk.webhook',
    hint: 'Give the whole webhook URL, with its access_token, as the robot has it.',
  });
}

function wholeSecret({ secret }: ContactRobot, stored: ContactRobot | null): string | null {
  if (secret === null || !isMaskedSecret(secret)) return secret;
  if (stored?.secret != null && maskSecret(stored.secret) === secret) return stored.secret;
  throw new CloudbellError('contact_secret_masked', {
    message: 'The secret of the robot is masked, and is not that of the stored contact.',
    field: 'dingtalk.secret',
    hint: 'Give the whole secret, SEC…, as the robot has it.',
  });
}

/** The secret is not in it, not even digested: a change of it alone shows in the time of the change. */
const versionOfContact = ({ email, dingtalk, createdAt, updatedAt }: Contact): number =>
  versionOf([email, dingtalk?.webhook ?? null, createdAt, updatedAt]);

const sendContact = (reply: FastifyReply, contact: Contact): FastifyReply =>
  reply.header('etag', etagOf(versionOfContact(contact))).send(toAnswer(contact));

const sendMismatch = (reply: FastifyReply, current: Contact | null): FastifyReply =>
  sendOvertaken(reply, { what: 'The contact' }, current === null ? null : versionOfContact(current));

function toAnswer(contact: Contact): ContactAnswer {
  const version = versionOfContact(contact);
  const { dingtalk } = contact;
  if (dingtalk === null) return { ...contact, version, dingtalk: null };
  const { webhook, secret } = dingtalk;
  return {
    ...contact,
    version,
    dingtalk: { webhook: shownEndpoint(webhook), secret: secret === null ? null : maskSecret(secret) },
  };
}

export function contactNotFound(): CloudbellError {
  return new CloudbellError('contact_not_found', {
    message: 'There is no contact with this name.',
    hint: 'GET /api/v1/contacts lists them.',
  });
}
