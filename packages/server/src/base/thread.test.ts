import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { CloudbellError } from './errors.ts';
import { remote, serve } from './thread.ts';

interface Sums {
  add(a: number, b: number): Promise<number>;
  total(values: Float64Array): Promise<number>;
  refuse(): Promise<void>;
  hang(): Promise<void>;
}

const sums: Sums = {
  add: async (a, b) => a + b,
  total: async (values) => values.reduce((sum, value) => sum + value, 0),
  refuse: async () => {
    throw new CloudbellError('log_unavailable', {
      message: 'the disk is full',
      field: 'data',
      hint: 'free some space',
    });
  },
  hang: () => new Promise(() => undefined),
};

const { port1, port2 } = new MessageChannel();
serve(port1, sums);
const stand = remote<Sums>(port2, (method, args) =>
  method === 'total' ? [(args[0] as Float64Array).buffer as ArrayBuffer] : [],
);

test('a call crosses and its answer comes back', async () => {
  expect(await Promise.all([stand.add(1, 2), stand.add(3, 4)])).toEqual([3, 7]);
});

test('listed buffers move instead of being copied', async () => {
  const values = Float64Array.of(1, 2, 3);
  expect(await stand.total(values)).toBe(6);
  expect(values.length).toBe(0);
});

test('an error keeps its code, field and hint', async () => {
  const error = await stand.refuse().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CloudbellError);
  expect((error as CloudbellError).problem).toEqual({
    code: 'log_unavailable',
    message: 'the disk is full',
    field: 'data',
    hint: 'free some space',
  });
});

test('a call to a method that is not there says which', async () => {
  await expect((stand as unknown as { nothing(): Promise<void> }).nothing()).rejects.toThrow('no method nothing');
});

test('when the other side goes away, calls under way reject', async () => {
  const call = stand.hang();
  port1.close();
  await expect(call).rejects.toThrow('the thread has stopped');
  await expect(stand.add(1, 2)).rejects.toThrow('the thread has stopped');
});
