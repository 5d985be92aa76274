import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classicParameters } from '@cloudbell/core/callback/parameters.ts';
import { renderCallback } from '@cloudbell/core/callback/render.ts';
import { signWebhook } from '@cloudbell/core/callback/standard-webhooks.ts';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hmacBase64 } from '../../base/digest.ts';
import { newAlert, newIntent, newRule } from '../../ports/store-fixtures.contract.ts';

/**
 * Goal: whatever an alert is called and however odd its dimensions and values are, its callback's bytes mean the same to
 * every reader. Method: generated alerts, always the same ones; the bodies are parsed by Node's and by Python's own
 * parser, and both signatures are checked by code that is not ours. 10,000 of them, and 100,000 in `npm run test:long`.
 */
const ALERTS = Number(process.env.CLOUDBELL_CORPUS ?? 10_000);
const SECRET = 'whsec_Y2xvdWRiZWxsLXZlY3Rvci1zZWNyZXQtMDAwMDAx';
const LUMPS = [
  ...['&', '=', '+', '%', '%41', '%zz', ' ', '{', '}', '"', "'", ',', ', ', ';', '#', '?', '\\', '/', '<', '>'],
  ...['\0', '\n', '\r\n', '\t', '\u007f', '\u0085', '\u2028', '\ufeff', '\ufffd', '\ud800', '\udc00', '\udfff\ud83d'],
  ...[
    'é',
    'e\u0301',
    '内存',
    'ß',
    'İ',
    '😀',
    '👩‍👩‍👧',
    'עברית',
    '\u202e',
    '~',
    '*',
    '!',
    '(',
    ')',
    '-',
    '.',
    '_',
    'a',
    'Z',
    '0',
    'null',
  ],
];
const NUMBERS = [97.39, 1e-7, -0, 0, 1e21, 123456789012, 5e-324, 1.7976931348623157e308, -1e-7, 0.1, 1 / 3, 97, -3.5];

const folder = mkdtempSync(join(tmpdir(), 'form-corpus-'));
let bodies: { readonly text: string; readonly expected: readonly (readonly [string, string])[] }[] = [];
beforeAll(() => {
  bodies = Array.from({ length: ALERTS }, (_, seed) => callbackOf(seed));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** mulberry32: from a seed the same numbers for ever, in [0, 1). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function callbackOf(seed: number) {
  const chance = chances(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
  const text = (lumps: number): string =>
    Array.from({ length: Math.floor(chance() * lumps) + 1 }, () => pick(LUMPS)).join('');
  const alert = newAlert(text(4), {
    metricName: text(3),
    instanceName: pick([null, text(5)]),
    dimensions: Object.fromEntries(Array.from({ length: Math.floor(chance() * 4) }, () => [text(3), text(5)])),
  });
  const curValue = pick([null, pick(NUMBERS), (chance() - 0.5) * 10 ** Math.floor(chance() * 40 - 20)]);
  const rule = { ...newRule(text(2), { ruleName: text(8) }), version: 1 };
  const intent = newIntent({ curValue, rule, preTriggerLevel: pick([null, 'INFO', 'CRITICAL'] as const) });
  const secrets = { primary: SECRET, previous: null };
  const { body } = renderCallback({ alert, intent, profile: 'classic', secrets }, hmacBase64);
  const expected = classicParameters({ alert, intent }).map(([name, value]) => [name, value.toWellFormed()] as const);
  return { text: Buffer.from(body).toString('latin1'), expected };
}

/** RFC 3986 by hand, from the bytes; shares nothing with the product's. */
const ENCODED = Array.from({ length: 256 }, (_, byte) => {
  const letter = String.fromCharCode(byte);
  return /[A-Za-z0-9\-_.~]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});
const enc = (text: string): string => Array.from(Buffer.from(text), (byte) => ENCODED[byte]).join('');

test(`${ALERTS} bodies are plain ASCII, and Node reads the alert from each`, { timeout: 600_000 }, () => {
  for (const { text, expected } of bodies) {
    if (!/^[A-Za-z0-9*\-._+%&=]*$/.test(text)) expect(text).toBe('ASCII');
    const read = [...new URLSearchParams(text)];
    const others = read.filter(([name]) => name !== 'signature');
    if (JSON.stringify(others) !== JSON.stringify(expected)) expect(others).toEqual(expected);
  }
});

test('every number is a plain decimal that reads back', () => {
  for (const { expected } of bodies) {
    const value = new Map(expected).get('curValue') as string;
    if (value !== 'null' && !/^-?\d+(\.\d+)?$/.test(value)) expect(value).toBe('a plain decimal');
    if (value === '-0') expect(value).toBe('0');
  }
  const shown = (curValue: number): string | undefined =>
    new Map(classicParameters({ alert: newAlert('a'), intent: newIntent({ curValue }) })).get('curValue');
  expect([97.39, 1e-7, -0, 1e21].map(shown)).toEqual(['97.39', '0.0000001', '0', '1000000000000000000000']);
});

test(`${ALERTS} signatures in the form are right`, { timeout: 600_000 }, () => {
  for (const { text } of bodies) {
    const parameters = [...new URLSearchParams(text)];
    const signature = new Map(parameters).get('signature');
    const canonical = parameters
      .filter(([name]) => name !== 'signature')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${enc(name)}=${enc(value)}`)
      .join('&');
    const ours = createHmac('sha1', `${SECRET}&`)
      .update(`POST&%2F&${enc(canonical)}`)
      .digest('base64');
    if (signature !== ours) expect(signature, text).toBe(ours);
  }
});

test('the official library of Standard Webhooks verifies all of them', { timeout: 600_000 }, () => {
  const webhook = new Webhook(SECRET);
  const timestamp = Math.floor(Date.now() / 1000);
  for (const [at, { text }] of bodies.entries()) {
    const body = Buffer.from(text, 'latin1');
    const signature = signWebhook(
      { id: `msg_${at}`, timestamp, body },
      { primary: SECRET, previous: null },
      hmacBase64,
    );
    const headers = {
      'webhook-id': `msg_${at}`,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    };
    // It parses what it has verified as JSON, which a form is not: that error comes after the signature's.
    try {
      webhook.verify(text, headers);
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
    }
  }
  const forged = { 'webhook-id': 'msg', 'webhook-timestamp': String(timestamp), 'webhook-signature': 'v1,AAAA' };
  expect(() => webhook.verify('a=b', forged)).toThrow(/signature/i);
});

const PYTHON = `
import base64, hashlib, hmac, json, sys
from urllib.parse import parse_qsl, quote

secret, count = sys.argv[2], 0
for line in open(sys.argv[1], encoding="ascii"):
    text, expected = json.loads(line)
    read = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")
    others = [list(pair) for pair in read if pair[0] != "signature"]
    assert others == expected, (text, others, expected)
    enc = lambda part: quote(part, safe="-_.~")
    canonical = "&".join(f"{enc(k)}={enc(v)}" for k, v in sorted(others, key=lambda pair: pair[0].encode()))
    signed = hmac.new(f"{secret}&".encode(), f"POST&%2F&{enc(canonical)}".encode(), hashlib.sha1).digest()
    assert dict(read)["signature"] == base64.b64encode(signed).decode(), text
    count += 1
print(count)
`;
const hasPython = spawnSync('python3', ['--version']).status === 0;

test.skipIf(!hasPython)(
  `Python reads and verifies all ${ALERTS} alike (skipped without python3)`,
  { timeout: 600_000 },
  () => {
    const file = join(folder, 'corpus.jsonl');
    const ascii = (value: unknown): string =>
      JSON.stringify(value).replace(
        /[\u007f-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    writeFileSync(file, bodies.map(({ text, expected }) => `${ascii([text, expected])}\n`).join(''));
    const ran = spawnSync('python3', ['-c', PYTHON, file, SECRET], { encoding: 'utf8' });
    expect([ran.stderr, ran.stdout.trim()]).toEqual(['', String(ALERTS)]);
  },
);
