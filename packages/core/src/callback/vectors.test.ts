import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { serializeForm } from './form.ts';
import { formSignature } from './form-signature.ts';
import type { HmacBase64 } from './hmac.ts';
import { CLASSIC_NAMES, signedForm } from './parameters.ts';
import { signWebhook } from './standard-webhooks.ts';
import { encodeUtf8 } from './utf8.ts';
import { verifyCallback } from './verify.ts';

// Goal: our bytes and signatures equal the ones that foreign code computed, byte for byte.

interface Vector {
  readonly parameters: Readonly<Record<string, string>>;
  readonly signature: string;
  readonly body: string;
  readonly headers: Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;
}
const { secret, vectors } = JSON.parse(readFileSync(new URL('callback-vectors.json', import.meta.url), 'utf8')) as {
  secret: string;
  vectors: Vector[];
};
const secrets = { primary: secret, previous: null };
const hmacBase64: HmacBase64 = (algorithm, key, data) => createHmac(algorithm, key).update(data).digest('base64');

it.each(vectors)('$parameters.alertState of "$parameters.alertName"', (vector) => {
  const parameters = Object.entries(vector.parameters);
  expect(parameters.map(([name]) => name)).toEqual(CLASSIC_NAMES.filter((name) => name !== 'signature'));
  expect(formSignature(parameters, secret, hmacBase64)).toBe(vector.signature);

  const body = signedForm(parameters, secret, hmacBase64);
  expect(body).toBe(vector.body);

  const id = vector.headers['webhook-id'];
  const timestamp = Number(vector.headers['webhook-timestamp']);
  const signature = signWebhook({ id, timestamp, body: encodeUtf8(body) }, secrets, hmacBase64);
  expect(signature).toBe(vector.headers['webhook-signature']);

  const contentType = 'application/x-www-form-urlencoded; charset=UTF-8';
  const received = { contentType, headers: vector.headers, body: encodeUtf8(vector.body) };
  expect(verifyCallback(received, secrets, timestamp, hmacBase64)).toMatchObject({
    profile: 'classic',
    fields: { ...vector.parameters, signature: vector.signature },
    formSignature: 'valid',
    webhookSignature: 'valid',
    problems: [],
  });
});

it('signs parameters in any order the same, and leaves `signature` itself out', () => {
  const [vector] = vectors;
  if (vector === undefined) throw new Error('no vectors');
  const reversed = Object.entries({ ...vector.parameters, signature: 'whatever' }).reverse();
  expect(formSignature(reversed, secret, hmacBase64)).toBe(vector.signature);
});

it('sorts keys by bytes, not by code units', () => {
  // U+10000 is after U+FFFF in UTF-8 and before it in UTF-16.
  const pair: [string, string][] = [
    ['\u{10000}', 'b'],
    ['\uffff', 'a'],
  ];
  const byBytes = `POST&%2F&${encodeURIComponent('%EF%BF%BF=a&%F0%90%80%80=b')}`;
  expect(formSignature(pair, secret, hmacBase64)).toBe(hmacBase64('sha1', `${secret}&`, byBytes));
  expect(serializeForm(pair)).toBe('%F0%90%80%80=b&%EF%BF%BF=a');
});
