import { describe } from 'vitest';
import { answer } from '../http/scripted-receiver.ts';
import { type Behaviour, drip, endsAsTold } from './behaviour-fixture.ts';

// Goal: whatever a receiver answers, the attempt ends in the right outcome.

const rows: Behaviour[] = [
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
];

describe.concurrent('a receiver that answers', () => endsAsTold(rows));
