import { describe, expect, test } from 'vitest';
import { contactGroupInput, contactInput } from '../contract/contact.ts';
import { ERROR_CODES } from '../contract/error-codes.ts';
import type { Problem } from '../contract/problem.ts';
import { emailFault } from './email-address.ts';
import { parseContact, parseContactGroup } from './parse-contact.ts';
import { isMaskedSecret, isRobotSecret, maskSecret } from './robot-secret.ts';

const WEBHOOK = 'https://oapi.dingtalk.com/robot/send?access_token=1';
const SECRET = `SEC${'0123456789abcdef'.repeat(4)}`;
const checkWebhook = (url: string): Problem | null =>
  url.startsWith('https:')
    ? null
    : { code: 'callback_url_scheme', message: 'The callback URL has the scheme x.', field: 'webhook', hint: 'No.' };
const parse = (input: unknown, name = 'ada') => parseContact('a', name, input, { checkWebhook });
const codesOf = (parsed: object): string[] =>
  'problems' in parsed ? (parsed.problems as Problem[]).map(({ code, field }) => `${code} ${field ?? '-'}`) : [];

test('a contact with everything, and what is left out', () => {
  expect(parse({ email: 'ada@a.example', dingtalk: { webhook: WEBHOOK, secret: SECRET } })).toEqual({
    contact: { account: 'a', name: 'ada', email: 'ada@a.example', dingtalk: { webhook: WEBHOOK, secret: SECRET } },
  });
  expect(parse({ email: null, dingtalk: { webhook: WEBHOOK } })).toEqual({
    contact: { account: 'a', name: 'ada', email: null, dingtalk: { webhook: WEBHOOK, secret: null } },
  });
});

test('what was read can be written back', () => {
  const read = { account: 'x', name: 'ada', email: 'ada@a.example', dingtalk: null, createdAt: 1, updatedAt: 2 };
  expect(parse(read)).toMatchObject({ contact: { account: 'a', email: 'ada@a.example' } });
  const masked = { dingtalk: { webhook: WEBHOOK, secret: maskSecret(SECRET) } };
  expect(parse(masked)).toMatchObject({ contact: masked });
});

const good = { email: 'ada@a.example' };
test.each<[string, unknown, string[], boolean]>([
  ['nothing', {}, ['contact_channel_missing -'], true],
  ['both null', { email: null, dingtalk: null }, ['contact_channel_missing -'], true],
  ['no object', [], ['body_invalid -', 'contact_channel_missing -'], false],
  ['a slip', { ...good, emial: 'x' }, ['contact_field_unknown emial'], false],
  ['another name', { ...good, name: 'bob' }, ['contact_name_mismatch name'], true],
  ['no address', { email: 'ada' }, ['contact_email_invalid email'], true],
  ['an address of another type', { email: 7 }, ['contact_email_invalid email'], false],
  ['a robot without URL', { dingtalk: {} }, ['contact_dingtalk_invalid dingtalk.webhook'], false],
  ['a robot that is a text', { dingtalk: WEBHOOK }, ['contact_dingtalk_invalid dingtalk'], false],
  ['a forbidden URL', { dingtalk: { webhook: 'ftp://x' } }, ['callback_url_scheme dingtalk.webhook'], true],
  [
    'a secret that is none',
    { dingtalk: { webhook: WEBHOOK, secret: 'secret' } },
    ['contact_dingtalk_invalid dingtalk.secret'],
    true,
  ],
  [
    'a slip within the robot',
    { dingtalk: { webhook: WEBHOOK, key: 'SEC1' } },
    ['contact_field_unknown dingtalk.key'],
    false,
  ],
  [
    'several at once',
    { email: '@', dingtalk: { webhook: 'ftp://x', secret: '' } },
    ['contact_email_invalid email', 'callback_url_scheme dingtalk.webhook', 'contact_dingtalk_invalid dingtalk.secret'],
    false,
  ],
])('refused: %s', (_, input, codes, isDescribed) => {
  const parsed = parse(input);
  expect(codesOf(parsed)).toEqual(codes);
  for (const code of codes) expect(ERROR_CODES).toHaveProperty(code.split(' ')[0]!);
  // What only parseContact knows passes the schema; whatever the schema refuses, parseContact does too.
  expect(contactInput.safeParse(input).success).toBe(isDescribed);
});

test('the words are those of a robot', () => {
  const parsed = parse({ dingtalk: { webhook: 'ftp://x' } });
  expect('problems' in parsed && parsed.problems[0].message).toBe("The robot's webhook URL has the scheme x.");
});

test.each([
  ['empty', ''],
  ['too long', 'é'.repeat(128)],
  ['a line', 'a\nb'],
])('no name: %s', (_, name) => {
  expect(codesOf(parse(good, name))).toEqual(['contact_name_invalid name']);
  expect(codesOf(parseContactGroup('a', name, { contacts: [] }))).toEqual(['contact_name_invalid name']);
});

describe('groups', () => {
  test('members once each', () => {
    expect(parseContactGroup('a', 'ops', { contacts: ['b', 'a', 'b'] })).toEqual({
      group: { account: 'a', name: 'ops', contacts: ['b', 'a'] },
    });
  });
  test.each<[string, unknown, string[]]>([
    ['no list', { contacts: 'ada' }, ['contact_group_invalid contacts']],
    ['absent', {}, ['contact_group_invalid contacts']],
    ['no name', { contacts: ['a', ''] }, ['contact_group_invalid contacts[1]']],
    ['of numbers', { contacts: [1] }, ['contact_group_invalid contacts[0]']],
    ['too many', { contacts: Array.from({ length: 1001 }, (_, n) => `c${n}`) }, ['contact_group_invalid contacts']],
    ['a slip', { contacts: [], members: [] }, ['contact_field_unknown members']],
  ])('refused: %s', (_, input, codes) => {
    expect(codesOf(parseContactGroup('a', 'ops', input))).toEqual(codes);
    expect(contactGroupInput.safeParse(input).success).toBe(false);
  });
});

describe('e-mail addresses', () => {
  test.each([
    'a@b.example',
    'first.last+tag@sub.b-c.example',
    'root@localhost',
    "o'neil@b.example",
    '用户@例子.中国',
    `${'x'.repeat(64)}@b.example`,
  ])('%s', (text) => {
    expect(emailFault(text)).toBeNull();
  });
  test.each([
    '',
    'a',
    '@b.example',
    'a@',
    'a@b@c.example',
    'Ada <a@b.example>',
    'a b@c.example',
    'a@b.example\r\nBcc: x@y.example',
    'a@b.example,c@d.example',
    '.a@b.example',
    'a..b@c.example',
    'a.@b.example',
    'a@.example',
    'a@b..example',
    'a@-b.example',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    `${'x'.repeat(65)}@b.example`,
    `a@${'x'.repeat(64)}.example`,
    `a@${'b.'.repeat(130)}example`,
    '\ud800@b.example',
  ])('not %j', (text) => {
    expect(emailFault(text)).not.toBeNull();
  });
});

test.each([
  [SECRET, 'SEC***cdef'],
  ['SEC123', 'SEC***'],
  ['SEC***cdef', 'SEC***cdef'],
])('%s is shown as %s', (secret, masked) => {
  expect(maskSecret(secret)).toBe(masked);
  expect([isMaskedSecret(masked), isRobotSecret(masked)]).toEqual([true, false]);
});
