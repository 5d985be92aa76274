import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ApiProcess, openApiProcess } from './api-process.contract.ts';

let api: ApiProcess;
beforeAll(async () => {
  api = await openApiProcess();
});
afterAll(() => api.close());
beforeEach(() => api.clear());

const run = (line: string, changes = {}) => api.run(line.split(' '), changes);
const SECRET = 'SEC0123456789abcdef9f2c';
const ROBOT = 'http://127.0.0.1:9/robot?access_token=abcd0f57e4f2b94c';
const OTHER = 'http://127.0.0.1:9/robot?access_token=b3e35b2f0a6c2b1e';
const SHOWN = 'http://127.0.0.1:9/robot?access_token=abcd…';
const env = { ROBOT_SECRET: SECRET };

describe('contacts', () => {
  test('are made, changed field by field, shown without their secret, and deleted', async () => {
    expect(await run('contacts put ada --email ada@a.example')).toEqual({
      code: 0,
      out: 'Contact ada made.\n',
      err: '',
    });
    expect((await run(`contacts put ada --dingtalk ${ROBOT} --secret-env ROBOT_SECRET`, { env })).code).toBe(0);
    expect(await api.contact('ada')).toMatchObject({
      email: 'ada@a.example',
      dingtalk: { webhook: ROBOT, secret: SECRET },
    });
    expect((await run('contacts put ada --email ada@b.example')).out).toBe('Contact ada changed.\n');
    expect(await api.contact('ada')).toMatchObject({ email: 'ada@b.example', dingtalk: { secret: SECRET } });
    expect((await run('contacts put ada --email ada@b.example')).out).toBe('Contact ada unchanged.\n');

    await run('groups put ops ada bob');
    expect((await run('contacts show ada')).out).toBe(`name      ada
e-mail    ada@b.example
DingTalk  ${SHOWN}
secret    SEC***9f2c
groups    ops
changed   2023-11-14 22:13:20
`);
    expect(
      (await run('contacts list')).out,
    ).toBe(`NAME  E-MAIL         DINGTALK                                     CHANGED
ada   ada@b.example  ${SHOWN}  2023-11-14 22:13:20
`);
    const asked: string[] = [];
    const ask = async (question: string): Promise<string> => {
      asked.push(question);
      return asked.length === 1 ? 'n' : 'y';
    };
    expect((await run('contacts delete ada', { ask })).code).toBe(1);
    expect(await api.ids('contacts')).toEqual(['ada']);
    expect((await run('contacts delete ada', { ask })).code).toBe(0);
    expect(asked[1]).toBe('Delete contact ada, and take it out of ops? [y/N] ');
    expect((await run('contacts list')).out).toContain('No contacts.');
  });

  test('--json is the answer of the API', async () => {
    await run('contacts put ada --email ada@a.example');
    const [listed] = JSON.parse((await run('contacts list --json')).out);
    expect(listed).toMatchObject({ name: 'ada', email: 'ada@a.example', dingtalk: null });
    expect(JSON.parse((await run('contacts show ada --json')).out)).toEqual(listed);
    await run('contacts delete ada --yes');
    expect((await run('contacts list --json')).out).toBe('[]\n');
  });

  test('a change made meanwhile is not overwritten, nor deleted', async () => {
    await run('contacts put ada --email ada@a.example');
    const ask = async (): Promise<string> => {
      await run('contacts put ada --email ada@b.example');
      return 'y';
    };
    expect(await run('contacts delete ada', { ask })).toEqual({
      code: 1,
      out: '',
      err: 'cloudbell: somebody changed ada meanwhile; look at it and delete it again\n',
    });
    expect(await api.ids('contacts')).toEqual(['ada']);
  });

  test('another robot does not get the secret of the one before', async () => {
    await run(`contacts put ada --dingtalk ${ROBOT} --secret-env ROBOT_SECRET`, { env });
    await run(`contacts put ada --dingtalk ${OTHER}`);
    expect(await api.contact('ada')).toMatchObject({ dingtalk: { webhook: OTHER, secret: null } });
    await run('contacts put ada --email ada@a.example --no-dingtalk');
    expect(await api.contact('ada')).toMatchObject({ email: 'ada@a.example', dingtalk: null });
  });
});

describe('groups', () => {
  test('have exactly the contacts they were given; those that do not exist stand out', async () => {
    await run('contacts put ada --email ada@a.example');
    expect(await run('groups put ops ada zoe')).toEqual({
      code: 0,
      out: 'Contact group ops: ada, zoe (no such contact) (new).\n',
      err: '',
    });
    expect((await run('groups list')).out).toBe(`NAME  TELLS   CONTACTS
ops   1 of 2  ada, zoe (no such contact)
`);
    expect((await run('groups put ops ada')).out).toBe('Contact group ops: ada (was ada, zoe).\n');
    expect((await run('groups put ops --empty')).out).toBe('Contact group ops: nobody (was ada).\n');
    expect(JSON.parse((await run('groups list --json')).out)).toMatchObject([{ name: 'ops', contacts: [] }]);
    expect((await run('groups delete ops --yes')).out).toBe('Contact group ops deleted.\n');
    expect((await run('groups list')).out).toContain('No contact groups.');
  });

  test('before one is deleted, the rules that name it are told', async () => {
    await run('groups put ops ada');
    await api.putRule('load', { contactGroups: ['ops'] });
    const asked: string[] = [];
    const ask = async (question: string): Promise<string> => {
      asked.push(question);
      return 'y';
    };
    expect((await run('groups delete ops', { ask })).code).toBe(0);
    expect(asked).toEqual(['Delete contact group ops? Named by load. [y/N] ']);
  });
});

test.each([
  ['contacts', 2, 'contacts needs a verb: list, show, put or delete'],
  ['contacts show', 2, 'usage: cloudbell contacts show NAME'],
  ['contacts show a b', 2, 'usage: cloudbell contacts show NAME'],
  ['contacts show nobody', 1, 'There is no contact with this name. GET /api/v1/contacts lists them.'],
  ['contacts put ada', 1, 'The contact has neither an e-mail address nor a DingTalk robot.'],
  ['contacts put ada --email ada', 1, 'The e-mail address is not of the form name@domain.'],
  ['contacts put ada --secret-env NONE', 2, '--secret-env: NONE is not set in the environment'],
  ['contacts delete nobody --yes', 1, 'There is no contact with this name.'],
  ['groups put ops', 2, 'usage: cloudbell groups put NAME CONTACT [CONTACT …], or put NAME --empty'],
  ['groups put ops ada --empty', 2, 'usage: cloudbell groups put'],
  ['groups delete nobody --yes', 1, 'There is no contact group with this name.'],
  ['groups list --jsno', 2, "Unknown option '--jsno'"],
])('%s: exit code %i', async (line, code, want) => {
  const result = await run(line);
  expect(result.err).toContain(`cloudbell: ${want}`);
  expect(result).toMatchObject({ code, out: '' });
});
