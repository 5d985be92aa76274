import { gzipSync } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { CloudbellError } from '../../base/errors.ts';
import { BodyBudget } from './body-budget.ts';
import { decodedBody } from './encoded-body.ts';

const request = (body = new Uint8Array(0)): FastifyRequest =>
  ({ headers: { 'content-encoding': 'gzip' }, body }) as unknown as FastifyRequest;
const outcome = (work: () => void): string => {
  try {
    work();
    return 'taken';
  } catch (thrown) {
    return thrown instanceof CloudbellError ? thrown.code : String(thrown);
  }
};

test('one request alone may have what it needs; beside others, what is left', () => {
  const budget = new BodyBudget(100);
  const [large, small] = [request(), request()];
  expect(outcome(() => budget.take(large, 90))).toBe('taken');
  expect(outcome(() => budget.take(large, 90))).toBe('taken');
  expect(outcome(() => budget.take(small, 1))).toBe('ingest_busy');
  budget.giveBack(large);
  expect(outcome(() => budget.take(small, 100))).toBe('taken');
  expect(outcome(() => budget.take(large, 1))).toBe('ingest_busy');
});

test('a body counts as it came and as large as it becomes, until its request is over', async () => {
  const budget = new BodyBudget(10_000);
  const options = { bytesMax: 1_000_000, budget };
  const bombs = [1, 2, 3].map(() => request(gzipSync(new Uint8Array(6_000))));
  for (const bomb of bombs) budget.take(bomb, 30);
  const decoded = await Promise.allSettled(bombs.map((bomb) => decodedBody(bomb, options)));
  expect(decoded.map((one) => (one.status === 'fulfilled' ? one.value.length : one.reason.code))).toEqual([
    6_000,
    'ingest_busy',
    'ingest_busy',
  ]);
  for (const bomb of bombs) budget.giveBack(bomb);
  expect(outcome(() => budget.take(request(), 10_000))).toBe('taken');
});
