import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT } from '../ports/store-fixtures.contract.ts';
import { type ApiProcess, openApiProcess } from './api-process.contract.ts';

let api: ApiProcess;
beforeAll(async () => {
  api = await openApiProcess();
});
afterAll(() => api.close());

const run = (line: string, changes = {}) => api.run(line.split(' '), changes);
const signIn = async (user: string, password: string): Promise<number> => {
  const body = { user, password };
  return (await api.api.ask({ method: 'POST', url: '/api/v1/signin', isKnown: false, body })).statusCode;
};
const env = { ADA_PASSWORD: 'long enough' };

describe('users', () => {
  test('are made with a password that is told once, changed, listed and deleted', async () => {
    const made = await run('users put ada --role editor');
    const password =
      /^User ada made\.\nPassword {2}([\w-]{20}) {3}\(shown this once\)\n$/.exec(made.out)?.[1] ?? made.err;
    expect(await signIn('ada', password)).toBe(200);
    expect((await run('users put ada --role viewer')).out).toBe('User ada changed.\n');
    expect((await run('users put ada')).out).toBe('User ada unchanged.\n');
    expect((await run('users put ada --disable')).out).toBe('User ada changed.\n');
    expect(await signIn('ada', password)).toBe(401);
    expect((await run('users list')).out).toBe(`NAME   ROLE    STATE     LAST SIGN-IN
ada    viewer  disabled  2023-11-14 22:13:20
admin  admin   enabled   never
`);
    expect((await run('users list --json')).out).toContain('"name": "ada"');
    await run('users put ada --enable');
    expect((await run('users password ada --password-env ADA_PASSWORD', { env })).out).toBe(
      'User ada has a new password and is signed out.\n',
    );
    expect(await signIn('ada', env.ADA_PASSWORD)).toBe(200);
    expect((await run('users password ada')).out).toContain('(shown this once)');
    expect(await signIn('ada', env.ADA_PASSWORD)).toBe(401);
    expect((await run('users delete ada', { ask: async () => 'n' })).code).toBe(1);
    expect((await run('users delete ada --yes')).out).toBe('User ada deleted.\n');
    expect(await api.api.store.users.credentials(ACCOUNT, 'ada')).toBeNull();
  });

  test.each([
    ['users put eve', 2, '--role: a new user needs one, of viewer, editor, admin'],
    ['users put eve --role root', 2, '--role: "root" is not one of viewer, editor, admin'],
    ['users put admin --enable --disable', 2, '--enable and --disable contradict each other'],
    ['users put eve --role viewer --password-env NO', 2, '--password-env: NO is not set in the environment'],
    ['users password', 2, 'usage: cloudbell users password NAME'],
    ['users', 2, 'users needs a verb: list, put, password or delete'],
    ['users password eve', 1, 'There is no user of this name.'],
    ['users delete admin --yes', 1, 'This is the last admin who can sign in.'],
    ['users put admin --role viewer', 1, 'This is the last admin who can sign in.'],
    ['users put <b> --role viewer', 1, 'The name of a user is'],
  ])('%s: exit code %i, %s', async (line, code, message) => {
    const said = await run(line);
    expect(said.err).toContain(`cloudbell: ${message}`);
    expect(said.code).toBe(code);
  });
});

describe('keys', () => {
  test('are made with a secret that is told once, work, are listed without it, and are deleted', async () => {
    const made = await run('keys create dashboard --role viewer');
    const [, id = '', secret = ''] =
      /^Access key {2}(\S+) {3}\(dashboard, viewer\)\nSecret {6}(\S+) {3}\(shown this once\)\n$/.exec(made.out) ?? [];
    const own = { env: { CLOUDBELL_ACCESS_KEY_ID: id, CLOUDBELL_ACCESS_KEY_SECRET: secret } };
    expect((await run('alerts list', own)).code).toBe(0);
    const refused = await run('users list', own);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining(`The access key ${id} has the role viewer; this needs admin.`),
    ]);
    const listed = (await run('keys list')).out;
    expect(listed).toContain(`${id}  dashboard`);
    expect(listed).not.toContain(secret);
    expect((await run(`keys delete ${id}`, { ask: async () => 'n' })).code).toBe(1);
    expect((await run(`keys delete ${id} --yes`)).out).toBe(`Access key ${id} (dashboard) deleted.\n`);
    expect((await run('alerts list', own)).code).toBe(1);
    expect((await run(`keys delete ${id} --yes`)).err).toContain('There is no access key with this id.');
  });

  test('say what they may do', async () => {
    expect((await run('keys create dashboard')).err).toContain('--role: say what it may do');
  });
});
