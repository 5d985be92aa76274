import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { fixtureChannel, fixtureDelivery } from './channel-fixture.ts';

test('after a fail-over at the receiver one attempt meets a stale socket, the one after it a fresh connection', async () => {
  const opened = new Set<Socket>();
  const beforeFailOver = new Set<Socket>();
  const waiting: (() => void)[] = [];
  let failedOver = false;
  const server = createServer((socket) => {
    opened.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      if (beforeFailOver.has(socket)) return void socket.resetAndDestroy();
      const say = (): void => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      if (failedOver) return say();
      // Four at once, so that four connections are open and idle afterwards.
      waiting.push(say);
      if (waiting.length === 4) for (const each of waiting) each();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const channel = fixtureChannel();
  const delivery = fixtureDelivery(`http://127.0.0.1:${port}/hook`);
  await Promise.all([1, 2, 3, 4].map(() => channel.send([delivery])));
  for (const socket of opened) beforeFailOver.add(socket);
  failedOver = true;
  expect((await channel.send([delivery])).outcome).toBe('stale_socket');
  expect((await channel.send([delivery])).outcome).toBe('accepted');
  await channel.close();
  for (const socket of opened) socket.destroy();
  server.close();
});
