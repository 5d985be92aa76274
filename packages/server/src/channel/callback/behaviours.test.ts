import type { Socket } from 'node:net';
import type { AttemptOutcome } from '@cloudbell/core/notify/delivery.ts';
import { describe, expect, it } from 'vitest';
import { answer, type ReceiverOptions, type Script, startReceiver } from '../http/scripted-receiver.ts';
import { TEST_CERTIFICATE, TEST_KEY } from '../http/tls-fixture.ts';
import { fixtureChannel, fixtureDelivery } from './channel-fixture.ts';

// Goal: whatever a receiver does, an attempt ends in the right outcome, and never later than its deadline allows.
// Every row is a real receiver on a real socket; the rows run side by side. Only those that end at the deadline have a
// short one: a slow minute of the machine must not turn the others into timeouts.

const DEADLINE_MS = 2500;

/** Writes one more piece every few ms for as long as the connection lives. */
function drip(socket: Socket, piece: () => string): void {
  const timer = setInterval(() => socket.write(piece()), 20);
  socket.on('close', () => clearInterval(timer));
}

interface Row {
  readonly what: string;
  readonly script?: Script;
  readonly receiver?: ReceiverOptions;
  /** Where to send instead of to the receiver. */
  readonly endpoint?: (port: number) => string;
  readonly outcome: AttemptOutcome;
  readonly status?: number;
  readonly answer?: string | null;
  readonly error?: RegExp;
  readonly retryAfterMs?: number;
}

const rows: Row[] = [
  // Accepted: any 2xx, whatever becomes of the body.
  {
    what: '200 with a body',
    script: (s) => s.write(answer('200 OK', 'thanks')),
    outcome: 'accepted',
    status: 200,
    answer: 'thanks',
  },
  {
    what: '200 without a body',
    script: (s) => s.write(answer('200 OK')),
    outcome: 'accepted',
    status: 200,
    answer: '',
  },
  {
    what: '204',
    script: (s) => s.write('HTTP/1.1 204 No Content\r\n\r\n'),
    outcome: 'accepted',
    status: 204,
    answer: '',
  },
  { what: '299', script: (s) => s.write(answer('299 Fine')), outcome: 'accepted', status: 299 },
  {
    what: '200 until the connection closes',
    script: (s) => s.end('HTTP/1.1 200 OK\r\n\r\nall'),
    outcome: 'accepted',
    status: 200,
    answer: 'all',
  },
  {
    what: '200 in chunks',
    status: 200,
    script: (s) => s.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n'),
    outcome: 'accepted',
    answer: 'abc',
  },
  {
    what: '200 after 103',
    script: (s) => s.write(`HTTP/1.1 103 Early Hints\r\n\r\n${answer('200 OK', 'x')}`),
    outcome: 'accepted',
    status: 200,
    answer: 'x',
  },
  {
    what: '200 whose body breaks off',
    script: (s) => s.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => s.destroy()),
    outcome: 'accepted',
    status: 200,
    answer: 'half',
  },
  {
    what: '200 whose chunks are garbage',
    script: (s) => s.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n'),
    outcome: 'accepted',
    status: 200,
  },
  {
    what: '200 with a body without end',
    script: (s) => {
      s.write('HTTP/1.1 200 OK\r\n\r\n');
      drip(s, () => 'x'.repeat(9000));
    },
    outcome: 'accepted',
    status: 200,
    answer: 'x'.repeat(16_384),
  },
  {
    what: '200 with a big body',
    status: 200,
    script: (s) => s.write(answer('200 OK', 'é'.repeat(50_000))),
    outcome: 'accepted',
    answer: 'é'.repeat(8192),
  },
  {
    what: '202 with a body',
    script: (s) => s.write(answer('202 Accepted', 'queued')),
    outcome: 'accepted',
    status: 202,
  },
  {
    what: '200 in HTTP/1.0',
    script: (s) => s.end('HTTP/1.0 200 OK\r\n\r\nold'),
    outcome: 'accepted',
    status: 200,
    answer: 'old',
  },
  {
    what: '200 that closes politely',
    script: (s) => s.end(answer('200 OK', 'bye', ['Connection: close'])),
    outcome: 'accepted',
    status: 200,
    answer: 'bye',
  },
  {
    what: '200 byte by byte',
    script: (s) => {
      const bytes = [...answer('200 OK', 'slow')];
      // One after the other: timers of their own may overtake one another on a busy machine.
      const next = (): void => {
        const byte = bytes.shift();
        if (byte !== undefined) s.write(byte, () => setTimeout(next, 1));
      };
      next();
    },
    outcome: 'accepted',
    status: 200,
    answer: 'slow',
  },
  {
    what: '200 whose connection is reset within its body',
    script: (s) =>
      s.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => setTimeout(() => s.resetAndDestroy(), 50)),
    outcome: 'accepted',
    status: 200,
  },
  {
    what: '200 before it has read the body',
    receiver: { onConnection: (s) => s.once('data', () => s.write(answer('200 OK', 'early'))) },
    outcome: 'accepted',
    status: 200,
  },
  // Any other status is a failure that the receiver answered for.
  {
    what: '301',
    script: (s) => s.write(answer('301 Moved', '', ['Location: http://127.0.0.1:1/'])),
    outcome: 'status',
    status: 301,
    error: /^Answered 301 .*redirects are not followed\.$/,
  },
  { what: '307', script: (s) => s.write(answer('307 T', '', ['Location: /'])), outcome: 'status', status: 307 },
  {
    what: '404',
    script: (s) => s.write(answer('404 Not Found', 'no such hook')),
    outcome: 'status',
    status: 404,
    answer: 'no such hook',
    error: /^Answered 404 Not Found\.$/,
  },
  { what: '304', script: (s) => s.write('HTTP/1.1 304 Not Modified\r\n\r\n'), outcome: 'status', status: 304 },
  { what: '400', script: (s) => s.write(answer('400 Bad Request')), outcome: 'status', status: 400 },
  {
    what: '401 with a question for credentials',
    script: (s) => s.write(answer('401 Unauthorized', '', ['WWW-Authenticate: Basic'])),
    outcome: 'status',
    status: 401,
  },
  { what: '502', script: (s) => s.write(answer('502 Bad Gateway')), outcome: 'status', status: 502 },
  { what: '500', script: (s) => s.write(answer('500 Oops', 'stack')), outcome: 'status', status: 500, answer: 'stack' },
  {
    what: '500 whose body breaks off',
    script: (s) => s.write('HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhalf', () => s.destroy()),
    outcome: 'status',
    status: 500,
    answer: 'half',
  },
  {
    what: '429 with Retry-After in seconds',
    script: (s) => s.write(answer('429 Slow Down', '', ['Retry-After: 7'])),
    outcome: 'status',
    status: 429,
    retryAfterMs: 7000,
  },
  {
    what: '503 with Retry-After in seconds',
    script: (s) => s.write(answer('503 Busy', '', ['Retry-After: 120'])),
    outcome: 'status',
    status: 503,
    retryAfterMs: 120_000,
  },
  {
    what: '503 with a Retry-After that is none',
    script: (s) => s.write(answer('503 Busy', '', ['Retry-After: soon'])),
    outcome: 'status',
    status: 503,
  },
  {
    what: '503 with Retry-After in the past',
    script: (s) => s.write(answer('503 Busy', '', ['Retry-After: Wed, 21 Oct 2015 07:28:00 GMT'])),
    outcome: 'status',
    status: 503,
    retryAfterMs: 0,
  },
  {
    what: '500 with a Retry-After that does not count',
    script: (s) => s.write(answer('500 Oops', '', ['Retry-After: 7'])),
    outcome: 'status',
    status: 500,
  },
  // No answer within the deadline, by every way of not answering.
  { what: 'accepts and hangs', script: () => {}, outcome: 'timeout', error: / did not answer within 2\.5 s\.$/ },
  {
    what: 'drips its head',
    script: (s) => {
      s.write('HTTP/1.1 200 OK\r\nX-Drip: ');
      drip(s, () => 'x');
    },
    outcome: 'timeout',
    error: / did not answer within/,
  },
  {
    what: 'drips headers without end',
    script: (s) => {
      s.write('HTTP/1.1 200 OK\r\n');
      drip(s, () => 'a: b\r\n');
    },
    outcome: 'timeout',
  },
  {
    what: 'drips its body',
    script: (s) => {
      s.write('HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n');
      drip(s, () => 'x');
    },
    outcome: 'timeout',
    status: 200,
    error: / did not finish its answer within/,
  },
  {
    what: 'stops within its body',
    script: (s) => s.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
    outcome: 'timeout',
    status: 200,
    answer: 'x',
  },
  {
    what: 'drips chunks of nothing in particular',
    script: (s) => {
      s.write('HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n');
      drip(s, () => '1\r\nx\r\n');
    },
    outcome: 'timeout',
    status: 500,
  },
  {
    what: 'never ends its chunks',
    script: (s) => s.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n'),
    outcome: 'timeout',
    status: 200,
    answer: 'ab',
  },
  {
    what: 'announces an answer for ever',
    script: (s) => drip(s, () => 'HTTP/1.1 103 Early Hints\r\n\r\n'),
    outcome: 'timeout',
  },
  {
    what: 'never does its part of the TLS handshake',
    endpoint: (port) => `https://127.0.0.1:${port}/`,
    script: () => {},
    outcome: 'timeout',
    error: / could not be connected to within/,
  },
  // Broken connections and other tongues.
  {
    what: 'nobody listens',
    endpoint: () => 'http://127.0.0.1:1/hook',
    outcome: 'refused',
    error: /^http:\/\/127\.0\.0\.1:1 refused the connection\.$/,
  },
  {
    what: 'closes before it answers',
    script: (s) => s.end(),
    outcome: 'reset',
    error: / closed the connection before it answered\.$/,
  },
  { what: 'resets before it answers', script: (s) => s.resetAndDestroy(), outcome: 'reset' },
  {
    what: 'resets as soon as it is connected',
    receiver: { onConnection: (s) => s.resetAndDestroy() },
    outcome: 'reset',
  },
  { what: 'closes within its head', script: (s) => s.end('HTTP/1.1 200 OK\r\nContent-'), outcome: 'reset' },
  {
    what: 'resets within its head',
    script: (s) => s.write('HTTP/1.1 200', () => s.resetAndDestroy()),
    outcome: 'reset',
  },
  {
    what: 'sends two lengths',
    script: (s) => s.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
    outcome: 'protocol',
  },
  {
    what: 'sends a length below nothing',
    script: (s) => s.write('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'),
    outcome: 'protocol',
  },
  { what: 'sends a status of letters', script: (s) => s.write('HTTP/1.1 OK 200\r\n\r\n'), outcome: 'protocol' },
  { what: 'speaks HTTP/2', script: (s) => s.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), outcome: 'protocol' },
  { what: 'sends nothing but NUL', script: (s) => s.write('\0\0\0\0'), outcome: 'protocol' },
  {
    what: 'does not speak HTTP',
    script: (s) => s.write('220 mail.example.com ESMTP\r\n'),
    outcome: 'protocol',
    error: / did not answer in HTTP \(/,
  },
  {
    what: 'speaks before it is asked',
    receiver: { onConnection: (s) => s.write('SSH-2.0-OpenSSH\r\n') },
    outcome: 'protocol',
  },
  {
    // Not asked for, it is an error to undici; RFC 9110 would have it read over.
    what: 'says 100 Continue unasked',
    script: (s) => s.write(`HTTP/1.1 100 Continue\r\n\r\n${answer('200 OK')}`),
    outcome: 'protocol',
  },
  {
    what: 'switches protocols',
    script: (s) => s.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    outcome: 'protocol',
  },
  {
    what: 'sends a head without measure',
    script: (s) => s.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`),
    outcome: 'protocol',
  },
  {
    what: 'TLS to a plain port',
    receiver: { onConnection: (s) => s.end('HTTP/1.1 400 Bad Request\r\n\r\n') },
    endpoint: (port) => `https://127.0.0.1:${port}/`,
    outcome: 'tls',
    error: /^TLS with https:\/\/127\.0\.0\.1:\d+ failed \(/,
  },
  {
    what: 'TLS with a certificate that nobody vouches for',
    receiver: { tls: { key: TEST_KEY, cert: TEST_CERTIFICATE } },
    script: (s) => s.write(answer('200 OK')),
    outcome: 'tls',
  },
  {
    what: 'TLS that is reset in its handshake',
    receiver: { onConnection: (s) => s.once('data', () => s.resetAndDestroy()) },
    endpoint: (port) => `https://127.0.0.1:${port}/`,
    outcome: 'tls',
  },
  { what: 'a scheme that is no callback', endpoint: () => 'ftp://127.0.0.1/', outcome: 'unreachable' },
  { what: 'no URL at all', endpoint: () => 'nonsense', outcome: 'unreachable' },
];

describe.concurrent('a receiver that', () => {
  const patient = fixtureChannel({ deadlineMs: 50_000 });
  const impatient = fixtureChannel({ deadlineMs: DEADLINE_MS });

  it.each(rows)('$what: $outcome', async (row) => {
    const receiver = await startReceiver(row.script ?? (() => {}), row.receiver);
    try {
      const endpoint = row.endpoint?.(receiver.port) ?? `${receiver.origin}/hook`;
      const started = performance.now();
      const channel = row.outcome === 'timeout' ? impatient : patient;
      const result = await channel.send([fixtureDelivery(endpoint)]);
      const tookMs = performance.now() - started;

      expect(result).toMatchObject({ outcome: row.outcome, status: row.status ?? null });
      expect(result.retryAfterMs).toBe(row.retryAfterMs ?? null);
      if (row.answer !== undefined) expect(result.answer).toBe(row.answer);

      if (row.outcome === 'accepted') expect(result.error).toBeNull();
      else expect(result.error).toMatch(row.error ?? /\.$/);
      if (row.outcome === 'timeout') {
        expect(result.durationMs).toBeGreaterThanOrEqual(DEADLINE_MS);
        expect(tookMs).toBeGreaterThanOrEqual(DEADLINE_MS);
      }
      expect(receiver.requests.length).toBeLessThanOrEqual(1);
    } finally {
      await receiver.close();
    }
  });
});
