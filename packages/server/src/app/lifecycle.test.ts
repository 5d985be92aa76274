import { expect, test } from 'vitest';
import { createLifecycle } from './lifecycle.ts';

test('what was started last stops first, once, and a failing step does not keep the others from running', async () => {
  const stopped: string[] = [];
  const lifecycle = createLifecycle();
  lifecycle.onStop('store', () => void stopped.push('store'));
  lifecycle.onStop('log', () => {
    stopped.push('log');
    throw new Error('the disk is gone');
  });
  lifecycle.onStop('http', async () => void stopped.push('http'));
  const failed = await lifecycle.stop();
  expect(stopped).toEqual(['http', 'log', 'store']);
  expect(failed.map((each) => `${each.name}: ${each.error.message}`)).toEqual(['log: the disk is gone']);
  expect(await lifecycle.stop()).toEqual([]);
  expect(stopped).toHaveLength(3);
});
