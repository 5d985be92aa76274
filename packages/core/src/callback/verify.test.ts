import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { HmacBase64 } from './hmac.ts';
import { encodeUtf8 } from './utf8.ts';
import { verifyCallback } from './verify.ts';

const hmacBase64: HmacBase64 = (algorithm, key, data) => createHmac(algorithm, key).update(data).digest('base64');
const secrets = { primary: 'whsec_Y2xvdWRiZWxsLXZlY3Rvci1zZWNyZXQtMDAwMDAx', previous: null };
const form = 'application/x-www-form-urlencoded; charset=UTF-8';

it.each([
  ['nothing', null, '', "The content type is none; a callback has a form's or application/json."],
  ['plain text', 'text/plain', 'hello', "The content type is text/plain; a callback has a form's or application/json."],
  ['an empty form', form, '', /^Missing: expression, /],
  ['JSON that is none', 'application/json', '{', 'The body is not JSON.'],
  ['a JSON list', 'application/json', '[]', 'The body is not a JSON object.'],
  ['JSON null', 'application/json', 'null', 'The body is not a JSON object.'],
  ['an empty object', 'application/json', '{}', /^Missing: expression, /],
])('%s is no callback', (_case, contentType, body, problem) => {
  const verified = verifyCallback({ contentType, headers: {}, body: encodeUtf8(body) }, secrets, 0, hmacBase64);
  expect(verified.profile).toBeNull();
  expect(verified.problems[0]).toMatch(problem);
});

it('reads the headers whatever their case, and tells a replay and a test', () => {
  const headers = {
    'Webhook-Id': 'msg_1',
    'CLOUDBELL-ATTEMPT': '3',
    'cloudbell-replay': ['true'],
    'Cloudbell-Test': 'true',
  };
  const verified = verifyCallback({ contentType: form, headers, body: encodeUtf8('') }, null, 0, hmacBase64);
  expect(verified).toMatchObject({
    webhookId: 'msg_1',
    attempt: 3,
    replay: true,
    test: true,
    webhookSignature: 'unchecked',
  });
});

it('never throws, whatever arrives', () => {
  const contentType = fc.oneof(fc.constantFrom(form, 'application/json', 'APPLICATION/JSON;x', ';', null), fc.string());
  const headers = fc.dictionary(
    fc.oneof(fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature', '__proto__'), fc.string()),
    fc.oneof(fc.string(), fc.array(fc.string())),
  );
  const body = fc.oneof(fc.uint8Array(), fc.json().map(encodeUtf8), fc.webQueryParameters().map(encodeUtf8));
  fc.assert(
    fc.property(contentType, headers, body, (type, given, bytes) => {
      const received = { contentType: type, headers: given, body: bytes };
      const verified = verifyCallback(received, secrets, 0, hmacBase64);
      expect(verified.profile).toBeNull();
      expect(verified.formSignature).not.toBe('valid');
      expect(verified.webhookSignature).not.toBe('valid');
    }),
  );
});
