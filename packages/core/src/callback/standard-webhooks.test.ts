import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import type { HmacBase64 } from './hmac.ts';
import { parseSigningSecret } from './signing-secret.ts';
import { signWebhook, verifyWebhook } from './standard-webhooks.ts';
import { encodeUtf8 } from './utf8.ts';

const hmacBase64: HmacBase64 = (algorithm, key, data) => createHmac(algorithm, key).update(data).digest('base64');
const oldSecret = 'whsec_Y2xvdWRiZWxsLXZlY3Rvci1zZWNyZXQtMDAwMDAx';
const newSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const otherSecret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

const id = 'msg_2f0f6b1c9a7e4c7f';
const timestamp = Math.floor(Date.now() / 1000);
const body = encodeUtf8('{"alertName":"内存","curValue":97.39}');
const rotating = { primary: newSecret, previous: oldSecret };

it('is accepted by the official library under either secret while rotating', () => {
  const signature = signWebhook({ id, timestamp, body }, rotating, hmacBase64);
  expect(signature).toMatch(/^v1,\S+ v1,\S+$/);
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature };
  const text = new TextDecoder().decode(body);
  for (const secret of [newSecret, oldSecret]) expect(new Webhook(secret).verify(text, headers)).toBeTruthy();
  expect(() => new Webhook(otherSecret).verify(text, headers)).toThrow();
  expect(() => new Webhook(newSecret).verify(`${text} `, headers)).toThrow();
});

it('accepts what the official library signs', () => {
  const text = new TextDecoder().decode(body);
  const signature = new Webhook(oldSecret).sign(id, new Date(timestamp * 1000), text);
  const received = { id, timestamp: String(timestamp), signature, body };
  expect(verifyWebhook(received, rotating, timestamp, hmacBase64)).toBe('valid');
});

const signature = signWebhook({ id, timestamp, body }, { primary: oldSecret, previous: null }, hmacBase64);
const received = { id, timestamp: String(timestamp), signature, body };
it.each([
  ['signed with the secret', {}, 0, 'valid'],
  ['a second signature beside it that is not ours', { signature: `v1a,xyz v1,AAAA ${signature}` }, 0, 'valid'],
  ['five minutes late', {}, 300, 'valid'],
  ['more than five minutes late', {}, 301, 'expired'],
  ['more than five minutes early', {}, -301, 'expired'],
  ['late and forged is forged', { signature: 'v1,AAAA' }, 301, 'invalid'],
  ['another body', { body: encodeUtf8('{}') }, 0, 'invalid'],
  ['another id', { id: 'msg_0' }, 0, 'invalid'],
  ['another time', { timestamp: String(timestamp + 1) }, 0, 'invalid'],
  ['a time that is no number', { timestamp: 'soon' }, 0, 'invalid'],
  ['no signature, though an id', { signature: null }, 0, 'invalid'],
  ['nothing of the standard at all', { id: null, timestamp: null, signature: null }, 0, 'absent'],
])('%s', (_case, change, lateS, verdict) => {
  const secrets = { primary: oldSecret, previous: null };
  expect(verifyWebhook({ ...received, ...change }, secrets, timestamp + lateS, hmacBase64)).toBe(verdict);
});

it.each([
  ['whsec_Y2xvdWRiZWxsLXZlY3Rvci1zZWNyZXQtMDAwMDAx', 'cloudbell-vector-secret-000001'],
  ['whsec_YQ==', 'a'],
  ['whsec_YWI=', 'ab'],
  ['whsec_', null],
  ['whsec_YQ', null],
  ['whsec_Y Q=', null],
  ['whsec_Y-Q=', null],
  ['whsec_====', null],
  ['Y2xvdWRiZWxs', null],
  ['', null],
])('the secret %j decodes to %j', (text, decoded) => {
  const parsed = parseSigningSecret(text);
  expect(parsed.valid ? new TextDecoder().decode(parsed.key) : null).toBe(decoded);
  if (!parsed.valid && text.length > 6) expect(parsed.problem).not.toContain(text.slice(6));
});
