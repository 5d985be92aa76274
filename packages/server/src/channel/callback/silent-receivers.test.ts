import { describe } from 'vitest';
import { answer } from '../http/scripted-receiver.ts';
import { TEST_CERTIFICATE, TEST_KEY } from '../http/tls-fixture.ts';
import { type Behaviour, drip, endsAsTold } from './behaviour-fixture.ts';

// Goal: however a receiver fails to answer, the attempt ends in the right outcome, and never later than its deadline.

const rows: Behaviour[] = [
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

describe.concurrent('a receiver that gives no answer', () => endsAsTold(rows));
