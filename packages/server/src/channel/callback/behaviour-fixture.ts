import type { Socket } from 'node:net';
import type { AttemptOutcome } from '@cloudbell/core/notify/delivery.ts';
import { expect, it } from 'vitest';
import { type ReceiverOptions, type Script, startReceiver } from '../http/scripted-receiver.ts';
import { fixtureChannel, fixtureDelivery } from './channel-fixture.ts';

const DEADLINE_MS = 2500;

/** What a receiver does, and how the attempt must end. */
export interface Behaviour {
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

/** Writes one more piece every few ms for as long as the connection lives. */
export function drip(socket: Socket, piece: () => string): void {
  const timer = setInterval(() => socket.write(piece()), 20);
  socket.on('close', () => clearInterval(timer));
}

/**
 * A test for each row, of a real receiver on a real socket. Only rows that end at the deadline have a short one: a slow
 * minute of the machine must not turn the others into timeouts.
 */
export function endsAsTold(rows: readonly Behaviour[]): void {
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
}
