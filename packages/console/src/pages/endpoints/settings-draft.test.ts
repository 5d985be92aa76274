import { expect, test } from 'vitest';
import type { EndpointSettings } from '../../data/endpoint-settings.ts';
import { bodyOf, draftOf, NEW_DRAFT } from './settings-draft.ts';

const STORED: EndpointSettings = {
  ...{ account: '12', name: 'pager', version: 1, endpoint: 'https://a.example/hook?token=abcd…', retryFor: 86_400 },
  ...{ rateLimit: { attempts: 5, period: 60 }, callbackProfile: 'json', headers: { 'X-A': '***', 'X-B': '***9f2c' } },
  ...{ auth: { type: 'basic', user: 'bell', password: '***1a2b' }, signingSecret: '***wxyz', rotation: null },
  ...{ createdAt: 0, updatedAt: 0 },
};
const NOTHING = {
  ...{ retryFor: null, rateLimit: null, callbackProfile: null, headers: {}, auth: null, signingSecret: null },
};

test('what was read and not touched is sent as it came', () => {
  const { account: _a, name: _n, version: _v, rotation: _r, createdAt: _c, updatedAt: _u, ...body } = STORED;
  expect(bodyOf(draftOf(STORED))).toEqual(body);
});

test('a new one wants nothing but its endpoint', () => {
  expect(bodyOf({ ...NEW_DRAFT, endpoint: ' https://a.example/ ' })).toEqual({
    ...NOTHING,
    endpoint: 'https://a.example/',
  });
});

test('what cannot be understood is left to the server to refuse', () => {
  const body = bodyOf({
    ...NEW_DRAFT,
    attempts: 'ten',
    headers: 'X-Team: a:b\n\nnonsense',
    auth: 'bearer',
    credential: 't',
  });
  expect(body).toMatchObject({
    rateLimit: { attempts: 'ten', period: 1 },
    headers: { 'X-Team': 'a:b', nonsense: '' },
    auth: { type: 'bearer', token: 't' },
  });
});
