import vectors from '@cloudbell/core/callback/callback-vectors.json' with { type: 'json' };
import { expect, test } from 'vitest';
import { formatReceived, wrap } from './format-received.ts';
import { type Arrival, type ReceivedItem, readArrival } from './received-item.ts';

const secrets = { primary: vectors.secret, previous: null };
const vector = vectors.vectors[0]!;
const plain = { colour: false, width: 90, timeZone: 'UTC' };

const item = (changes: Partial<Arrival> = {}, more: Partial<ReceivedItem> = {}): ReceivedItem => ({
  ...readArrival(
    {
      name: 'demo',
      receivedAt: 1_508_136_761_042,
      contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
      headers: { ...vector.headers, 'cloudbell-attempt': '1' },
      body: Buffer.from(vector.body),
      ...changes,
    },
    secrets,
  ),
  id: 'e-1',
  duplicateOf: null,
  ...more,
});

test('a callback is one block: what it says, whether to believe it, and its exact bytes', () => {
  expect(formatReceived(item(), plain)).toMatchInlineSnapshot(`
    "06:52:41.042  ALERT WARN  Basic monitoring-ECS-memory usage
      sent to      /inbox/demo
      value        97.39   $Average>=95
      metric       acs_ecs Host.mem.usedutilization
      dimensions   {userId=1000000000000001, instanceId=i-12}
      before       WARN   rule applyTemplateee147e59-664f-4033-a1be-e95957460000   profile classic
      signature    valid   webhook-signature valid
      webhook-id   msg_2f0f6b1c9a7e4c7f   attempt 1
      bytes        461, application/x-www-form-urlencoded; charset=UTF-8
      expression=%24Average%3E%3D95&metricName=Host.mem.usedutilization&
      instanceName=instance-name-0001&signature=uQ5YOYzVU2vXHCEH%2BHTck9F0As0%3D&
      metricProject=acs_ecs&userId=1000000000000001&curValue=97.39&
      alertName=Basic+monitoring-ECS-memory+usage&namespace=acs_ecs&triggerLevel=WARN&
      alertState=ALERT&preTriggerLevel=WARN&
      ruleId=applyTemplateee147e59-664f-4033-a1be-e95957460000&
      dimensions=%7BuserId%3D1000000000000001%2C+instanceId%3Di-12%7D&timestamp=1508136760
    "
  `);
});

test('no line is wider than the terminal for its bytes, and the bytes are all there in order', () => {
  for (const width of [40, 60, 90, 200]) {
    const lines = formatReceived(item(), { ...plain, width }).split('\n');
    const bytes = lines.slice(lines.findIndex((line) => line.startsWith('  expression='))).map((line) => line.slice(2));
    expect(bytes.join('')).toBe(vector.body);
    for (const line of bytes) expect(line.length).toBeLessThanOrEqual(width - 2);
  }
});

const said = (changes: Partial<Arrival>, more: Partial<ReceivedItem> = {}): string =>
  formatReceived(item(changes, more), plain);

test('what is wrong with a callback is said', () => {
  const forged = said({ body: Buffer.from(vector.body.replace('97.39', '12')) });
  expect(forged).toContain('signature    invalid   webhook-signature invalid');
  expect(said({ headers: {} })).toContain('webhook-signature absent');
  expect(said({ receivedAt: 1_508_140_000_000 })).toContain('webhook-signature expired');
  expect(said({}, { duplicateOf: 'e-0' })).toContain('attempt 1, seen before');
  expect(said({ headers: { ...vector.headers, 'cloudbell-attempt': '2', 'cloudbell-replay': 'true' } })).toContain(
    'attempt 2, replayed',
  );
  expect(said({ headers: { ...vector.headers, 'cloudbell-test': 'true' } })).toMatch(/, a test$/m);
});

test('what is no callback is shown all the same, with the reason', () => {
  const shown = said({ contentType: 'text/plain', body: Buffer.from('hello'), headers: {} });
  expect(shown).toContain('not a callback');
  expect(shown).toContain('problem      The content type is text/plain');
  expect(shown).toMatch(/\n {2}hello\n$/);
});

test('nothing received can move the cursor, change colours or turn the text around', () => {
  const shown = said({
    name: 'a\u001b[2Jb',
    contentType: 'text/\u0007plain',
    headers: { 'webhook-id': 'x\u202ey' },
    body: Buffer.from('\u001b]0;title\u0007\r\nnext\u009b31m\u2028'),
  });
  expect(shown).toContain('/inbox/a\\x1b[2Jb');
  expect(shown).toContain('x\\u{202e}y');
  expect(shown).toContain('  \\x1b]0;title\\x07\\x0d\\x0anext\\x9b31m\\u{2028}\n');
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
});

test('bytes that are no text are shown in Base64', () => {
  const shown = said({ contentType: 'application/octet-stream', body: Uint8Array.of(0xff, 0x00, 0xfe) });
  expect(shown).toContain('shown in Base64');
  expect(shown).toMatch(/\n {2}\/wD\+\n$/);
});

test('colours come only when asked for', () => {
  expect(formatReceived(item(), { ...plain, colour: true })).toContain('\u001b[33mALERT WARN\u001b[0m');
  expect(formatReceived(item(), plain)).not.toContain('\u001b');
});

test.each<[what: string, text: string, columns: number, lines: string[]]>([
  ['breaks after &', 'a=1&b=2&c=3', 8, ['a=1&b=2&', 'c=3']],
  ['breaks a long part where the line is full', 'a=1&b=123456&c=3', 6, ['a=1&', 'b=1234', '56&c=3']],
  ['counts wide characters as two columns', '内存内存内存', 5, ['内存', '内存', '内存']],
  ['leaves an empty body empty', '', 5, []],
])('wrap %s', (_, text, columns, lines) => {
  expect(wrap(text, columns)).toEqual(lines);
  expect(wrap(text, columns).join('')).toBe(text);
});
