import type { ContactAnswer } from '@cloudbell/core/contract/contact.ts';
import type { Contact } from '@cloudbell/core/notify/contact.ts';
import { parseContact } from '@cloudbell/core/notify/parse-contact.ts';
import { isMaskedSecret, maskSecret } from '@cloudbell/core/notify/robot-secret.ts';
import type { FastifyInstance } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import { pageByName } from './cursor.ts';
import type { ApiDeps } from './deps.ts';
import { sendProblems } from './errors.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';

type ContactDeps = Pick<ApiDeps, 'contacts' | 'clock' | 'checkWebhook'> & {
  readonly onLimit: (limit: 'contacts_per_account') => void;
};

/** Contacts over REST. A write takes effect at once: notifications go to the contacts of the moment they are made. */
export function mountContacts(app: FastifyInstance, deps: ContactDeps): void {
  mount(app, 'putContact', async ({ params: { name } }, request, reply) => {
    const { account } = principalOf(request);
    const parsed = parseContact(account, name, request.body, deps);
    if ('problems' in parsed) return sendProblems(reply, parsed.problems);
    const contact = await unmasked(deps, parsed.contact);
    const write = await deps.contacts.putContact(contact, deps.clock.wallMs());
    if (write.outcome === 'too_many') {
      deps.onLimit('contacts_per_account');
      throw new CloudbellError('contact_limit_reached', {
        message: `The account has ${write.limit} contacts, as many as allowed.`,
        hint: 'Delete contacts that are no longer needed.',
      });
    }
    return reply.code(write.outcome === 'created' ? 201 : 200).send(toAnswer(write.contact));
  });
  mount(app, 'getContact', async ({ params: { name } }, request) => {
    const contact = await deps.contacts.contact(principalOf(request).account, name);
    if (contact === null) throw contactNotFound();
    return toAnswer(contact);
  });
  mount(app, 'deleteContact', async ({ params: { name } }, request, reply) => {
    if (!(await deps.contacts.removeContact(principalOf(request).account, name))) throw contactNotFound();
    return reply.code(204).send();
  });
  mount(app, 'listContacts', async ({ query }, request) => {
    const { account } = principalOf(request);
    const { items, next } = await pageByName(query, (page) => deps.contacts.contacts({ ...page, account }));
    return { items: items.map(toAnswer), next };
  });
}

type ContactFields = Omit<Contact, 'createdAt' | 'updatedAt'>;

/** A masked secret that was read and comes back stands for the stored one. */
async function unmasked({ contacts }: ContactDeps, contact: ContactFields): Promise<ContactFields> {
  const { account, name, dingtalk } = contact;
  if (dingtalk?.secret == null || !isMaskedSecret(dingtalk.secret)) return contact;
  const secret = (await contacts.contact(account, name))?.dingtalk?.secret ?? null;
  if (secret !== null && maskSecret(secret) === dingtalk.secret)
    return { ...contact, dingtalk: { ...dingtalk, secret } };
  throw new CloudbellError('contact_secret_masked', {
    message: 'The secret of the robot is masked, and is not that of the stored contact.',
    field: 'dingtalk.secret',
    hint: 'Give the whole secret, SEC…, as the robot has it.',
  });
}

function toAnswer(contact: Contact): ContactAnswer {
  const { dingtalk } = contact;
  if (dingtalk === null) return { ...contact, dingtalk: null };
  const { webhook, secret } = dingtalk;
  return { ...contact, dingtalk: { webhook, secret: secret === null ? null : maskSecret(secret) } };
}

function contactNotFound(): CloudbellError {
  return new CloudbellError('contact_not_found', {
    message: 'There is no contact with this name.',
    hint: 'GET /api/v1/contacts lists them.',
  });
}
