import type { Contact } from '@cloudbell/core/notify/contact.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommitStore, Expand } from './commit-store.ts';
import type { ContactStore } from './contact-store.ts';
import type { RobotSecrets } from './robot-secrets.ts';
import { ACCOUNT, NOW, newCommitter, newDraft, newEffect, newIntent, newRule } from './store-fixtures.contract.ts';

export interface ContactStoreEngine {
  readonly contacts: ContactStore;
  readonly robotSecrets: RobotSecrets;
  readonly commits: CommitStore;
  close(): Promise<void>;
}

const ROBOT = 'https://robot.example/send?access_token=1';
const put = (contacts: ContactStore, name: string, fields: Partial<Contact> = {}, now = NOW) =>
  contacts.putContact({ account: ACCOUNT, name, email: `${name}@a.example`, dingtalk: null, ...fields }, now);
const page = { account: ACCOUNT, limit: 10, after: null };
const namesOf = (items: readonly { readonly name: string }[]): string[] => items.map(({ name }) => name);

/** What every engine of the contact store must do (ports/contact-store.ts), seen by commits and the courier as well. */
export function describeContactStoreContract(
  name: string,
  makeEngine: (with_: {
    readonly expand: Expand;
    readonly contactsPerAccountMax: number;
  }) => Promise<ContactStoreEngine>,
): void {
  describe(`contact store contract: ${name}`, () => {
    let engine: ContactStoreEngine;
    let told: string[][];
    beforeEach(async () => {
      told = [];
      const expand: Expand = ({ notificationId, alert, intent }, { contactsOf }) => {
        const contacts = contactsOf(intent.rule.contactGroups);
        told.push(namesOf(contacts));
        return contacts.map(({ name }) => newDraft(`${notificationId} ${name}`, { endpoint: name, alert }));
      };
      engine = await makeEngine({ expand, contactsPerAccountMax: 4 });
    });
    afterEach(() => engine.close());
    describe('contacts', () => describeContacts(() => engine));
    describe('groups', () => describeGroups(() => engine));
    describe('conditions', () => describeConditions(() => engine));
    describe('commits', () =>
      describeCommits(
        () => engine,
        () => told,
      ));
  });
}

function describeContacts(engine: () => ContactStoreEngine): void {
  test('a contact reads back as it was put, in its account only', async () => {
    const { contacts } = engine();
    const dingtalk = { webhook: ROBOT, secret: 'SEC1' };
    const wanted = { account: ACCOUNT, name: 'ada', email: null, dingtalk, createdAt: NOW, updatedAt: NOW };
    expect(await put(contacts, 'ada', { email: null, dingtalk })).toEqual({ outcome: 'created', contact: wanted });
    expect(await contacts.contact(ACCOUNT, 'ada')).toEqual(wanted);
    expect(await contacts.contact('another', 'ada')).toBeNull();
    expect(await contacts.contact(ACCOUNT, 'Ada')).toBeNull();
  });

  test('what is equal keeps its times; a change keeps that of its creation', async () => {
    const { contacts } = engine();
    await put(contacts, 'ada');
    expect(await put(contacts, 'ada', {}, NOW + 1)).toMatchObject({
      outcome: 'unchanged',
      contact: { updatedAt: NOW },
    });
    expect(
      await put(contacts, 'ada', { email: null, dingtalk: { webhook: ROBOT, secret: null } }, NOW + 2),
    ).toMatchObject({ outcome: 'updated', contact: { createdAt: NOW, updatedAt: NOW + 2, email: null } });
  });

  test('lists go on after a name, and can be narrowed to some', async () => {
    const { contacts } = engine();
    for (const name of ['b', 'a', 'ä', 'B']) await put(contacts, name);
    expect(namesOf(await contacts.contacts(page))).toEqual(['B', 'a', 'b', 'ä']);
    expect(namesOf(await contacts.contacts({ ...page, limit: 2, after: 'a' }))).toEqual(['b', 'ä']);
    expect(namesOf(await contacts.contacts({ ...page, names: ['b', 'x', 'B'] }))).toEqual(['B', 'b']);
    expect(await contacts.contacts({ ...page, account: 'another' })).toEqual([]);
  });

  test('no more than allowed, in each account; those that exist can still be changed', async () => {
    const { contacts } = engine();
    for (const name of ['a', 'b', 'c', 'd']) await put(contacts, name);
    expect(await put(contacts, 'e')).toEqual({ outcome: 'too_many', limit: 4 });
    expect(await put(contacts, 'd', { email: 'new@a.example' })).toMatchObject({ outcome: 'updated' });
    expect(await put(contacts, 'e', { account: 'another' })).toMatchObject({ outcome: 'created' });
  });

  test('the secret of a robot is the one that was put last', async () => {
    const { contacts, robotSecrets } = engine();
    expect(await robotSecrets.secretOf(ROBOT)).toBeNull();
    await put(contacts, 'a', { dingtalk: { webhook: ROBOT, secret: 'SEC1' } }, NOW + 1);
    await put(contacts, 'b', { dingtalk: { webhook: ROBOT, secret: 'SEC2' } }, NOW + 2);
    await put(contacts, 'c', { dingtalk: { webhook: ROBOT, secret: null } }, NOW + 3);
    expect(await robotSecrets.secretOf(ROBOT)).toBe('SEC2');
    await put(contacts, 'a', { dingtalk: { webhook: ROBOT, secret: 'SEC3' } }, NOW + 4);
    expect(await robotSecrets.secretOf(ROBOT)).toBe('SEC3');
    expect(await robotSecrets.secretOf(`${ROBOT}2`)).toBeNull();
  });
}

function describeGroups(engine: () => ContactStoreEngine): void {
  test('members are kept once each, in order of name, whether they exist or not', async () => {
    const { contacts } = engine();
    const group = { account: ACCOUNT, name: 'ops', contacts: ['b', 'a', 'b'] };
    const stored = { ...group, contacts: ['a', 'b'] };
    expect(await contacts.putGroup(group)).toEqual({ outcome: 'created', group: stored });
    expect(await contacts.putGroup(group)).toEqual({ outcome: 'unchanged', group: stored });
    expect(await contacts.group(ACCOUNT, 'ops')).toEqual(stored);
    expect(await contacts.putGroup({ ...group, contacts: [] })).toMatchObject({
      outcome: 'updated',
      group: { contacts: [] },
    });
    expect(await contacts.group('another', 'ops')).toBeNull();
  });

  test('lists, limits and removal', async () => {
    const { contacts } = engine();
    const putGroup = (name: string) => contacts.putGroup({ account: ACCOUNT, name, contacts: ['x'] });
    for (const name of ['d', 'c', 'b', 'a']) await putGroup(name);
    expect(await putGroup('e')).toEqual({ outcome: 'too_many', limit: 4 });
    expect(namesOf(await contacts.groups({ ...page, limit: 2, after: 'a' }))).toEqual(['b', 'c']);
    expect(namesOf(await contacts.groups({ ...page, names: ['d', 'e'] }))).toEqual(['d']);
    const remove = async () => (await contacts.removeGroup(ACCOUNT, 'a')).outcome;
    expect([await remove(), await remove()]).toEqual(['removed', 'not_found']);
    expect(await putGroup('e')).toMatchObject({ outcome: 'created', group: { contacts: ['x'] } });
  });

  test('a contact that is removed is no member any more, and comes back as one only when it is put there', async () => {
    const { contacts } = engine();
    await put(contacts, 'ada');
    await contacts.putGroup({ account: ACCOUNT, name: 'ops', contacts: ['ada', 'bob'] });
    await contacts.putGroup({ account: 'another', name: 'ops', contacts: ['ada'] });
    const remove = async () => (await contacts.removeContact(ACCOUNT, 'ada')).outcome;
    expect([await remove(), await remove()]).toEqual(['removed', 'not_found']);
    await put(contacts, 'ada');
    expect(await contacts.group(ACCOUNT, 'ops')).toMatchObject({ contacts: ['bob'] });
    expect(await contacts.group('another', 'ops')).toMatchObject({ contacts: ['ada'] });
  });
}

/** `seen`, by name: what the writer goes by, against what is stored by then. */
function describeConditions(engine: () => ContactStoreEngine): void {
  const rows = [
    ['what was seen and is still there', 'present', 'done'],
    ['what was seen, and changed since', 'before', 'overtaken'],
    ['what was seen, and is gone', 'gone', 'overtaken'],
    ['nothing, and there is none', 'none', 'done'],
    ['nothing, and there is one', 'absent', 'overtaken'],
    ['whatever is there', 'any', 'done'],
  ] as const;
  const isDone = (outcome: string): string => (outcome === 'overtaken' ? outcome : 'done');

  test.each(rows)('a contact is written on the condition of %s', async (_, seen, want) => {
    const { contacts } = engine();
    await put(contacts, 'ada');
    const before = await contacts.contact(ACCOUNT, 'ada');
    // Within the same ms, and back to what it was: a change all the same.
    await put(contacts, 'ada', { email: 'new@a.example' });
    await put(contacts, 'ada');
    const present = await contacts.contact(ACCOUNT, 'ada');
    const isThere = seen !== 'gone' && seen !== 'none';
    if (!isThere) await contacts.removeContact(ACCOUNT, 'ada');
    const condition = { present, before, gone: present, none: 'absent', absent: 'absent', any: null } as const;
    const wanted = { account: ACCOUNT, name: 'ada', email: 'mine@a.example', dingtalk: null };
    const write = await contacts.putContact(wanted, NOW, condition[seen]);
    expect(isDone(write.outcome)).toBe(want);
    if (want === 'done') return expect(await contacts.contact(ACCOUNT, 'ada')).toMatchObject(wanted);
    expect(write).toEqual({ outcome: 'overtaken', current: isThere ? present : null });
    expect(await contacts.contact(ACCOUNT, 'ada')).toEqual(isThere ? present : null);
  });

  test.each(rows)('a group is written on the condition of %s', async (_, seen, want) => {
    const { contacts } = engine();
    const group = (members: string[]) => ({ account: ACCOUNT, name: 'ops', contacts: members });
    await contacts.putGroup(group(['ada', 'bob']));
    const isThere = seen !== 'gone' && seen !== 'none';
    if (!isThere) await contacts.removeGroup(ACCOUNT, 'ops');
    const [present, before] = [group(['bob', 'ada']), group(['ada'])];
    const condition = { present, before, gone: present, none: 'absent', absent: 'absent', any: null } as const;
    const write = await contacts.putGroup(group(['cid']), condition[seen]);
    expect(isDone(write.outcome)).toBe(want);
    const stored = (await contacts.group(ACCOUNT, 'ops'))?.contacts;
    expect(stored).toEqual(want === 'done' ? ['cid'] : isThere ? ['ada', 'bob'] : undefined);
  });

  test('what changed since it was seen is not removed', async () => {
    const { contacts } = engine();
    await put(contacts, 'ada');
    const seen = await contacts.contact(ACCOUNT, 'ada');
    await put(contacts, 'ada', { email: 'new@a.example' });
    expect(await contacts.removeContact(ACCOUNT, 'ada', seen)).toMatchObject({ outcome: 'overtaken' });
    const group = { account: ACCOUNT, name: 'ops', contacts: ['ada'] };
    await contacts.putGroup(group);
    expect((await contacts.removeGroup(ACCOUNT, 'ops', { ...group, contacts: [] })).outcome).toBe('overtaken');
    expect((await contacts.removeContact(ACCOUNT, 'ada', await contacts.contact(ACCOUNT, 'ada'))).outcome).toBe(
      'removed',
    );
    expect((await contacts.removeGroup(ACCOUNT, 'ops', { ...group, contacts: [] })).outcome).toBe('removed');
  });
}

function describeCommits(engine: () => ContactStoreEngine, told: () => string[][]): void {
  const notifying = (contactGroups: readonly string[], index = 0) =>
    newEffect(`alert-${index}`, {
      index,
      notification: newIntent({ rule: { ...newRule('r1', { contactGroups }), version: 1 } }),
    });

  test('a notification goes to the distinct contacts of its groups, in order of name', async () => {
    const { contacts, commits } = engine();
    for (const name of ['cid', 'ada', 'bob']) await put(contacts, name);
    await put(contacts, 'ada', { account: 'another' });
    await contacts.putGroup({ account: ACCOUNT, name: 'ops', contacts: ['cid', 'ada', 'nobody'] });
    await contacts.putGroup({ account: ACCOUNT, name: 'web', contacts: ['ada', 'bob'] });
    const commit = await newCommitter(commits);
    const groups = [['ops', 'web'], ['web'], ['nowhere'], [], ['ops', 'web']];
    expect(await commit(groups.map((names, index) => notifying(names, index)))).toBe(8);
    expect(told()).toEqual([['ada', 'bob', 'cid'], ['ada', 'bob'], [], [], ['ada', 'bob', 'cid']]);
  });

  test('what was written before, also in the same turn, is what counts', async () => {
    const { contacts, commits } = engine();
    await put(contacts, 'ada');
    const commit = await newCommitter(commits);
    await contacts.putGroup({ account: ACCOUNT, name: 'ops', contacts: ['ada'] });
    await Promise.all([
      put(contacts, 'bob'),
      contacts.putGroup({ account: ACCOUNT, name: 'ops', contacts: ['bob'] }),
      commit([notifying(['ops'])]),
      contacts.removeGroup(ACCOUNT, 'ops'),
    ]);
    await commit([notifying(['ops'])]);
    expect(told()).toEqual([['bob'], []]);
  });
}
