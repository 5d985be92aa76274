import type { ContactGroupAnswer } from '@cloudbell/core/contract/contact.ts';
import type { ContactGroup } from '@cloudbell/core/notify/contact.ts';
import { parseContactGroup } from '@cloudbell/core/notify/parse-contact.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import { etagOf } from './conditions.ts';
import { pageByName } from './cursor.ts';
import type { ApiDeps } from './deps.ts';
import { sendProblems } from './errors.ts';
import { principalOf } from './principal.ts';
import { mount } from './route.ts';
import { sendOvertaken, versionOf, writeSeen } from './seen-condition.ts';

type GroupDeps = Pick<ApiDeps, 'contacts'> & { readonly onLimit: (limit: 'contact_groups_per_account') => void };

/** Contact groups over REST. Members that do not exist are kept and told: files are applied in any order. */
export function mountContactGroups(app: FastifyInstance, deps: GroupDeps): void {
  mount(app, 'putContactGroup', async ({ params: { name } }, request, reply) => {
    const { account } = principalOf(request);
    const parsed = parseContactGroup(account, name, request.body);
    if ('problems' in parsed) return sendProblems(reply, parsed.problems);
    const write = await writeSeen(request, {
      read: () => deps.contacts.group(account, name),
      version: versionOfGroup,
      write: (seen) => deps.contacts.putGroup(parsed.group, seen),
    });
    if (write.outcome === 'overtaken') return sendMismatch(reply, write.current);
    if (write.outcome === 'too_many') {
      deps.onLimit('contact_groups_per_account');
      throw new CloudbellError('contact_limit_reached', {
        message: `The account has ${write.limit} contact groups, as many as allowed.`,
        hint: 'Delete groups that no rule names any more.',
      });
    }
    return sendGroup(deps, reply.code(write.outcome === 'created' ? 201 : 200), write.group);
  });
  mount(app, 'getContactGroup', async ({ params: { name } }, request, reply) => {
    const { account } = principalOf(request);
    const group = await deps.contacts.group(account, name);
    if (group === null) throw groupNotFound();
    return sendGroup(deps, reply, group);
  });
  mount(app, 'deleteContactGroup', async ({ params: { name } }, request, reply) => {
    const { account } = principalOf(request);
    const removal = await writeSeen(request, {
      read: () => deps.contacts.group(account, name),
      version: versionOfGroup,
      write: (seen) => deps.contacts.removeGroup(account, name, seen),
    });
    if (removal.outcome === 'overtaken') return sendMismatch(reply, removal.current);
    if (removal.outcome === 'not_found') throw groupNotFound();
    return reply.code(204).send();
  });
  mount(app, 'listContactGroups', async ({ query }, request) => {
    const { account } = principalOf(request);
    const { items, next } = await pageByName(query, (page) => deps.contacts.groups({ ...page, account }));
    return { items: await toAnswers(deps, account, items), next };
  });
}

const versionOfGroup = ({ contacts }: ContactGroup): number => versionOf(contacts);

async function sendGroup(deps: GroupDeps, reply: FastifyReply, group: ContactGroup): Promise<FastifyReply> {
  const [answer] = await toAnswers(deps, group.account, [group]);
  return reply.header('etag', etagOf(versionOfGroup(group))).send(answer);
}

const sendMismatch = (reply: FastifyReply, current: ContactGroup | null): FastifyReply =>
  sendOvertaken(reply, { what: 'The contact group' }, current === null ? null : versionOfGroup(current));

async function toAnswers(
  { contacts }: GroupDeps,
  account: string,
  groups: readonly ContactGroup[],
): Promise<ContactGroupAnswer[]> {
  const names = [...new Set(groups.flatMap((group) => group.contacts))];
  const there = names.length === 0 ? [] : await contacts.contacts({ account, names, limit: names.length, after: null });
  const known = new Set(there.map(({ name }) => name));
  return groups.map((group) => ({
    ...group,
    version: versionOfGroup(group),
    contacts: [...group.contacts],
    warnings: group.contacts.flatMap((name, index) =>
      known.has(name)
        ? []
        : [
            {
              code: 'contact_unknown' as const,
              field: `contacts[${index}]`,
              message: `There is no contact "${name}" now; nobody is notified through it.`,
            },
          ],
    ),
  }));
}

function groupNotFound(): CloudbellError {
  return new CloudbellError('contact_group_not_found', {
    message: 'There is no contact group with this name.',
    hint: 'GET /api/v1/contact-groups lists them.',
  });
}
