import type { StatementSync } from 'node:sqlite';
import type { LogRecord } from '@cloudbell/core/alert/log-record.ts';
import type { Silence } from '@cloudbell/core/alert/silence.ts';
import type { SilenceChange, SilenceStore, SilenceWrite, StoredSilence } from '../../ports/silence-store.ts';
import { RULES_SQL } from './rules-sql.ts';
import { type SilenceDbRow, silenceOf } from './silence-reads.ts';
import { SILENCES_SQL } from './silences-sql.ts';
import type { WriteQueue } from './write-queue.ts';

/**
 * `silences` holds the last version of each; `ends_at` says whether it is over. People write these, a few a day: the
 * statements are prepared as they are needed.
 */
export class SqliteSilences implements SilenceStore {
  readonly #queue: WriteQueue;
  readonly #silencesPerAccountMax: number;

  constructor(queue: WriteQueue, limits: { readonly silencesPerAccountMax: number }) {
    this.#queue = queue;
    this.#silencesPerAccountMax = limits.silencesPerAccountMax;
  }

  create(input: Omit<Silence, 'version'>, now: number): Promise<SilenceWrite> {
    return this.#queue.write(() => {
      const silence: Silence = { ...input, version: 1 };
      const { account, silenceId, from, until, who } = silence;
      if (Number(this.#statement(SILENCES_SQL.countOpen).get(account, now)?.count) >= this.#silencesPerAccountMax) {
        return { outcome: 'too_many_silences', limit: this.#silencesPerAccountMax };
      }
      const body = JSON.stringify(silence);
      this.#statement(SILENCES_SQL.insert).run({
        account,
        silenceId,
        startsAt: from,
        endsAt: until,
        body,
        changedBy: who,
        now,
      });
      const stored = { silence, changedBy: who, createdAt: now, updatedAt: now };
      return { outcome: 'created', stored, change: this.#append(silence) };
    });
  }

  change({ account, silenceId, until, why, by }: SilenceChange, now: number): Promise<SilenceWrite> {
    return this.#queue.write(() => {
      const stored = this.#stored(account, silenceId);
      if (stored === null) return { outcome: 'not_found' };
      const before = stored.silence;
      if (before.until <= now) return { outcome: 'ended', stored };
      if (before.until === until && (why === null || why === before.why)) return { outcome: 'unchanged', stored };
      const silence: Silence = { ...before, version: before.version + 1, until, why: why ?? before.why };
      this.#statement(SILENCES_SQL.update).run({
        account,
        silenceId,
        endsAt: until,
        body: JSON.stringify(silence),
        changedBy: by,
        now,
      });
      const next = { silence, changedBy: by, createdAt: stored.createdAt, updatedAt: now };
      return { outcome: 'updated', stored: next, change: this.#append(silence) };
    });
  }

  #append(silence: Silence): number {
    this.#statement(SILENCES_SQL.countWrite).run();
    const record: LogRecord = { kind: 'silence', silence };
    return Number(this.#statement(RULES_SQL.enqueue).run(JSON.stringify(record)).lastInsertRowid);
  }

  #stored(account: string, silenceId: string): StoredSilence | null {
    const row = this.#statement(SILENCES_SQL.get).get(account, silenceId) as unknown as SilenceDbRow | undefined;
    return row === undefined ? null : silenceOf(row);
  }

  #statement(sql: string): StatementSync {
    return this.#queue.db.prepare(sql);
  }
}
