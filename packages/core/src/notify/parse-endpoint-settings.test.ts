import { expect, test } from 'vitest';
import { parseEndpointSettings } from './parse-endpoint-settings.ts';

const URL = 'https://receiver.example/hook';
const SECRET = 'planted-secret-value';
const parse = (fields: object, name = 'pager') =>
  parseEndpointSettings('12', name, { endpoint: URL, ...fields }, { checkWebhook: () => null });

test('nothing but the endpoint: everything as for every endpoint', () => {
  expect(parse({})).toEqual({
    settings: {
      ...{ account: '12', name: 'pager', endpoint: URL, retryFor: null, rateLimit: null, callbackProfile: null },
      ...{ headers: {}, auth: null, signingSecret: null },
    },
  });
});

test('everything that can be said reads back', () => {
  const fields = {
    ...{ retryFor: 259_200, rateLimit: { attempts: 10, period: 60 }, callbackProfile: 'json' },
    headers: { 'X-Team': 'ops, on call', Authorization: 'Token abc' },
    ...{ auth: null, signingSecret: 'whsec_Y2xvdWRiZWxs' },
  };
  expect(parse(fields)).toMatchObject({ settings: fields });
  expect(parse({ rateLimit: { attempts: 5 } })).toMatchObject({ settings: { rateLimit: { attempts: 5, period: 1 } } });
});

test.each<[string, object, string]>([
  ['a field that does not exist', { rateLimits: {} }, 'rateLimits'],
  ['no endpoint', { endpoint: null }, 'endpoint'],
  ['more than three days', { retryFor: 259_201 }, 'retryFor'],
  ['half a second', { retryFor: 0.5 }, 'retryFor'],
  ['a rate of none', { rateLimit: { attempts: 0 } }, 'rateLimit.attempts'],
  ['a rate that is a number', { rateLimit: 10 }, 'rateLimit.attempts'],
  ['a period of two hours', { rateLimit: { attempts: 1, period: 7200 } }, 'rateLimit.period'],
  ['an unknown profile', { callbackProfile: 'clasic' }, 'callbackProfile'],
  ['a header that we set', { headers: { 'Content-Type': SECRET } }, 'headers.Content-Type'],
  ['a header that is ours', { headers: { 'webhook-id': SECRET } }, 'headers.webhook-id'],
  ['a name that is none', { headers: { 'X Team': SECRET } }, 'headers.X Team'],
  ['a header twice', { headers: { 'X-Team': SECRET, 'x-team': SECRET } }, 'headers.x-team'],
  ['a value with a line break', { headers: { 'X-Team': `${SECRET}\r\nX: y` } }, 'headers.X-Team'],
  ['a value beyond ASCII', { headers: { 'X-Team': `${SECRET}é` } }, 'headers.X-Team'],
  ['an auth of no kind', { auth: { type: 'digest', password: SECRET } }, 'auth'],
  ['a user with a colon', { auth: { type: 'basic', user: 'a:b', password: SECRET } }, 'auth.user'],
  ['no password', { auth: { type: 'basic', user: 'a' } }, 'auth.password'],
  ['a token with a line break', { auth: { type: 'bearer', token: `${SECRET}\n` } }, 'auth.token'],
  [
    'auth and a header of it',
    { auth: { type: 'bearer', token: SECRET }, headers: { authorization: SECRET } },
    'headers.authorization',
  ],
  ['a signing secret that is none', { signingSecret: `whsec${SECRET}` }, 'signingSecret'],
])('refused: %s, and the secret is not repeated', (_, fields, field) => {
  const parsed = parse(fields);
  const problems = 'problems' in parsed ? parsed.problems : [];
  expect(problems.map((problem) => [problem.code, problem.field])).toEqual([['endpoint_settings_invalid', field]]);
  expect(JSON.stringify(problems)).not.toContain(SECRET);
});

test('whatever is written, it is understood or refused', () => {
  for (const input of [null, 1, 'x', [], { endpoint: URL, headers: [] }, { endpoint: URL, auth: 1 }])
    expect(parseEndpointSettings('12', 'n', input, { checkWebhook: () => null })).toHaveProperty('problems');
});
