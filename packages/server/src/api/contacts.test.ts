import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ACCOUNT, NOW } from '../ports/store-fixtures.contract.ts';
import { type Fixture, openFixture, RULE } from './api-fixture.contract.ts';

const SECRET = 'SEC0123456789abcdef9f2c';
const TOKEN = 'abcd0f57e4f2b94cb3e35b2f0a6c2b1e';
const WEBHOOK = `http://127.0.0.1:9/robot/send?access_token=${TOKEN}`;
const SHOWN = 'http://127.0.0.1:9/robot/send?access_token=abcd…';
let api: Fixture;
beforeAll(async () => {
  api = await openFixture();
});
afterAll(() => api.close());

const contact = (name: string) => `/api/v1/contacts/${encodeURIComponent(name)}`;
const group = (name: string) => `/api/v1/contact-groups/${encodeURIComponent(name)}`;
const put = (url: string, body: unknown) => api.ask({ method: 'PUT', url, body });
const get = (url: string) => api.ask({ url });
const remove = (url: string) => api.ask({ method: 'DELETE', url });
const stored = (name: string) => api.store.contacts.contact(ACCOUNT, name);

describe('contacts', () => {
  test('created, equal, replaced, deleted', async () => {
    const body = { email: 'ada@a.example', dingtalk: { webhook: WEBHOOK, secret: SECRET } };
    const created = await put(contact('Ada <b>'), body);
    const wanted = {
      account: ACCOUNT,
      name: 'Ada <b>',
      version: expect.any(Number),
      email: 'ada@a.example',
      dingtalk: { webhook: SHOWN, secret: 'SEC***9f2c' },
      createdAt: NOW,
      updatedAt: NOW,
    };
    expect([created.statusCode, created.json()]).toEqual([201, wanted]);
    await api.clock.advance(1000);
    expect([(await put(contact('Ada <b>'), body)).statusCode, (await get(contact('Ada <b>'))).json()]).toEqual([
      200,
      wanted,
    ]);
    const replaced = (await put(contact('Ada <b>'), { email: 'ada@b.example' })).json();
    expect(replaced).toMatchObject({ dingtalk: null, createdAt: NOW, updatedAt: NOW + 1000 });
    expect((await remove(contact('Ada <b>'))).statusCode).toBe(204);
    for (const answer of [await remove(contact('Ada <b>')), await get(contact('Ada <b>'))])
      expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'contact_not_found']);
  });

  test('the secret of a robot never leaves; what was read can be written back and keeps it', async () => {
    await put(contact('bob'), { dingtalk: { webhook: WEBHOOK, secret: SECRET } });
    const read = (await get(contact('bob'))).json();
    for (const answer of [await get('/api/v1/contacts'), await get(contact('bob'))]) {
      expect(answer.body).not.toContain(SECRET);
      expect(answer.body).not.toContain(TOKEN);
    }
    expect(read.dingtalk.webhook).toBe(SHOWN);
    const written = await put(contact('bob'), { ...read, email: 'bob@a.example' });
    expect([written.statusCode, written.json().dingtalk.secret]).toEqual([200, 'SEC***9f2c']);
    expect(await stored('bob')).toMatchObject({
      email: 'bob@a.example',
      dingtalk: { webhook: WEBHOOK, secret: SECRET },
    });
    for (const [name, secret] of [
      ['bob', 'SEC***0000'],
      ['nobody', 'SEC***9f2c'],
    ] as const) {
      const answer = await put(contact(name), { dingtalk: { webhook: WEBHOOK, secret } });
      expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'contact_secret_masked']);
    }
    await put(contact('bob'), { dingtalk: { webhook: WEBHOOK } });
    expect(await stored('bob')).toMatchObject({ dingtalk: { secret: null } });
  });

  test('a refusal names every fault and leaves what is stored', async () => {
    await put(contact('cid'), { email: 'cid@a.example' });
    const answer = await put(contact('cid'), { email: 'cid', dingtalk: { webhook: 'http://169.254.1.1/' } });
    const { error } = answer.json();
    expect([answer.statusCode, error.code, error.field]).toEqual([400, 'contact_email_invalid', 'email']);
    expect(error.problems[1]).toMatchObject({
      code: 'callback_address_forbidden',
      field: 'dingtalk.webhook',
      message: expect.stringMatching(/^The robot's webhook URL leads to 169\.254\.1\.1/),
    });
    expect(await stored('cid')).toMatchObject({ email: 'cid@a.example', dingtalk: null });
  });

  test('a list goes on page by page', async () => {
    for (const name of ['p1', 'p2', 'p3']) await put(contact(name), { email: `${name}@a.example` });
    const names: string[] = [];
    let cursor = '';
    do {
      const page = (await get(`/api/v1/contacts?limit=2${cursor}`)).json();
      names.push(...page.items.map((item: { name: string }) => item.name));
      cursor = page.next === null ? '' : `&cursor=${page.next}`;
    } while (cursor !== '');
    expect(names.filter((name) => name.startsWith('p'))).toEqual(['p1', 'p2', 'p3']);
    expect((await get('/api/v1/contacts?cursor=x')).json().error.code).toBe('cursor_invalid');
  });
});

describe('contact groups', () => {
  beforeEach(() => put(contact('ada'), { email: 'ada@a.example' }));

  test('members that do not exist are kept and told, until they do', async () => {
    const created = await put(group('ops'), { contacts: ['zoe', 'ada'] });
    expect(created.statusCode).toBe(201);
    expect(created.json()).toEqual({
      account: ACCOUNT,
      name: 'ops',
      version: expect.any(Number),
      contacts: ['ada', 'zoe'],
      warnings: [{ code: 'contact_unknown', field: 'contacts[1]', message: expect.stringContaining('"zoe"') }],
    });
    await put(contact('zoe'), { email: 'zoe@a.example' });
    expect((await get(group('ops'))).json().warnings).toEqual([]);
    // As it was read, it is nothing new.
    expect((await put(group('ops'), created.json())).statusCode).toBe(200);
  });

  test('a deleted contact leaves its groups; a deleted group leaves its contacts', async () => {
    await put(group('web'), { contacts: ['ada', 'eve'] });
    await remove(contact('ada'));
    const { items } = (await get('/api/v1/contact-groups')).json();
    expect(items.find(({ name }: { name: string }) => name === 'web').contacts).toEqual(['eve']);
    await put(contact('eve'), { email: 'eve@a.example' });
    expect((await remove(group('web'))).statusCode).toBe(204);
    expect((await get(contact('eve'))).statusCode).toBe(200);
    for (const answer of [await remove(group('web')), await get(group('web'))])
      expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'contact_group_not_found']);
  });

  test('rules warn of groups that do not exist at that moment', async () => {
    const rule = '/api/v1/rules/r1';
    const warnings = async () =>
      (await get(rule)).json().warnings.map(({ code, field }: Record<string, string>) => [code, field]);
    await put(group('there'), { contacts: [] });
    const written = await put(rule, { ...RULE, contactGroups: ['there', 'gone'] });
    expect(written.json().warnings).toMatchObject([{ code: 'contact_group_unknown', field: 'contactGroups[1]' }]);
    await remove(group('there'));
    await put(group('gone'), { contacts: ['ada'] });
    expect(await warnings()).toEqual([['contact_group_unknown', 'contactGroups[0]']]);
    expect((await get('/api/v1/rules')).json().items[0].warnings).toHaveLength(1);
  });
});

describe.each([
  ['a contact', contact('eli'), { email: 'eli@a.example' }, { email: 'eli@b.example' }],
  ['a contact group', group('duty'), { contacts: ['a', 'b'] }, { contacts: ['a'] }],
])('two people write %s', (_, url, mine, theirs) => {
  const write = (body: unknown, headers: Record<string, string>) => api.ask({ method: 'PUT', url, body, headers });
  const outcome = (answer: Awaited<ReturnType<typeof write>>) => [
    answer.statusCode,
    answer.statusCode === 412 ? answer.json().error.code : null,
  ];
  const MISMATCH = [412, 'contact_version_mismatch'];

  test('the second learns of the first, and nothing is lost', async () => {
    expect(outcome(await write(mine, { 'if-match': '*' }))).toEqual(MISMATCH);
    const created = await write(mine, { 'if-none-match': '*' });
    expect(outcome(created)).toEqual([201, null]);
    const { etag } = created.headers as { etag: string };
    expect([(await get(url)).headers.etag, `"${created.json().version}"`]).toEqual([etag, etag]);
    expect(outcome(await write(mine, { 'if-none-match': '*' }))).toEqual(MISMATCH);

    expect(outcome(await write(theirs, { 'if-match': etag }))).toEqual([200, null]);
    const late = await write(mine, { 'if-match': etag });
    expect(outcome(late)).toEqual(MISMATCH);
    expect(late.headers.etag).toBe(`"${late.json().error.currentVersion}"`);
    expect((await get(url)).json()).toMatchObject(theirs);
    expect((await api.ask({ method: 'DELETE', url, headers: { 'if-match': etag } })).statusCode).toBe(412);

    expect(outcome(await write(mine, { 'if-match': late.headers.etag as string }))).toEqual([200, null]);
    expect(outcome(await write(theirs, { 'if-match': '*' }))).toEqual([200, null]);
    const now = (await get(url)).headers.etag as string;
    expect((await api.ask({ method: 'DELETE', url, headers: { 'if-match': now } })).statusCode).toBe(204);
    expect(outcome(await write(mine, { 'if-match': now }))).toEqual([412, 'contact_version_mismatch']);
    expect((await write(mine, { 'if-match': 'x' })).json().error.code).toBe('condition_invalid');
  });
});

test('a change of the secret alone is another version, also within the same millisecond', async () => {
  const body = (secret: string) => ({ dingtalk: { webhook: WEBHOOK, secret } });
  const { etag } = (await put(contact('fay'), body(SECRET))).headers;
  const changed = await put(contact('fay'), body(`${SECRET.slice(0, -5)}X9f2c`));
  expect(changed.json().dingtalk.secret).toBe('SEC***9f2c');
  expect(changed.headers.etag).not.toBe(etag);
});

test('a masked secret never brings back one that was replaced meanwhile', async () => {
  const body = (secret: string) => ({ dingtalk: { webhook: WEBHOOK, secret } });
  await put(contact('gus'), body(SECRET));
  const replaced = `SECreplaced-meanwhile-9f2c`;
  const { contacts } = api.store;
  const read = contacts.contact.bind(contacts);
  const spy = vi.spyOn(contacts, 'contact').mockImplementationOnce(async (account, name) => {
    const seen = await read(account, name);
    await contacts.putContact({ account, name, email: null, dingtalk: { webhook: WEBHOOK, secret: replaced } }, NOW);
    return seen;
  });
  expect((await put(contact('gus'), { ...body('SEC***9f2c'), email: 'gus@a.example' })).statusCode).toBe(200);
  spy.mockRestore();
  expect(await stored('gus')).toMatchObject({ email: 'gus@a.example', dingtalk: { secret: replaced } });
});

test('as many as allowed, counted when it is hit', async () => {
  const full = await openFixture({ contactsPerAccountMax: 1 });
  const write = async (url: string, body: unknown) => (await full.ask({ method: 'PUT', url, body })).statusCode;
  expect(await write(contact('a'), { email: 'a@a.example' })).toBe(201);
  expect(await write(contact('b'), { email: 'b@a.example' })).toBe(409);
  expect(await write(group('a'), { contacts: [] })).toBe(201);
  expect(await write(group('b'), { contacts: [] })).toBe(409);
  const { body } = await full.ask({ url: '/metrics' });
  expect(body).toContain('cloudbell_limit_hits_total{limit="contacts_per_account"} 1\n');
  expect(body).toContain('cloudbell_limit_hits_total{limit="contact_groups_per_account"} 1\n');
  await full.close();
});
