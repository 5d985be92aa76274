import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { startThread } from './thread-host.ts';

/** A thread of this text; what is told of its death goes into `deaths`. */
function threadOf(text: string) {
  const file = join(mkdtempSync(join(tmpdir(), 'cloudbell-thread-')), 'room.mjs');
  writeFileSync(file, text);
  const deaths: string[] = [];
  const onDeath = (error: Error): void => void deaths.push(error.message);
  return { deaths, ...startThread<null>({ file: pathToFileURL(file), ports: {}, onDeath }) };
}

test('a thread that dies while it opens is told as a death, also when the stop comes at once, which does not hang', async () => {
  const thread = threadOf('process.exit(7)');
  await expect(thread.control.open(null)).rejects.toThrow('the thread has stopped');
  await thread.stop();
  expect(thread.deaths).toEqual(['room.mjs stopped with code 7']);
  await expect(thread.control.open(null)).rejects.toThrow('the thread has stopped');
});

test('a thread that throws is told by its own error', async () => {
  const thread = threadOf("throw new Error('the room is on fire')");
  await expect(thread.control.open(null)).rejects.toThrow('the thread has stopped');
  await thread.stop();
  expect(thread.deaths[0]).toBe('the room is on fire');
});

test('a thread that was asked to stop did not die', async () => {
  const thread = threadOf(`
    import { workerData } from 'node:worker_threads';
    const { control } = workerData;
    control.on('message', ({ id }) => control.postMessage({ id, value: null }));
  `);
  await thread.control.open(null);
  await thread.stop();
  expect(thread.deaths).toEqual([]);
});
