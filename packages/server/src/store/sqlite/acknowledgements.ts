import type { StatementSync } from 'node:sqlite';
import { isInOrder } from '@cloudbell/core/alert/acknowledgement.ts';
import type { Alert } from '@cloudbell/core/alert/alert.ts';
import type { AcknowledgeRecord } from '@cloudbell/core/alert/log-record.ts';
import type { AcknowledgementStore, AcknowledgementWrite, AlertAct } from '../../ports/acknowledgement-store.ts';
import { RULES_SQL } from './rules-sql.ts';
import { ACKNOWLEDGEMENTS_SQL } from './silences-sql.ts';
import type { WriteQueue } from './write-queue.ts';

/**
 * A row for everything that was said, about an alert as it was since `since`; a newer `since` needs a new word. As with
 * silences, the statements are prepared as they are needed.
 */
export class SqliteAcknowledgements implements AcknowledgementStore {
  readonly #queue: WriteQueue;

  constructor(queue: WriteQueue) {
    this.#queue = queue;
  }

  acknowledge(act: AlertAct & { readonly note: string }, now: number): Promise<AcknowledgementWrite> {
    return this.#queue.write(() => {
      const found = this.#find(act);
      if (found === null) return { outcome: 'not_found' };
      if (isInOrder(found.alert)) return { outcome: 'in_order' };
      const { last } = found;
      if (last?.withdrawn === 0 && last.who === act.by && last.note === act.note) return { outcome: 'unchanged' };
      return this.#write(found, { by: act.by, note: act.note, withdrawn: 0 }, now);
    });
  }

  withdraw(act: AlertAct, now: number): Promise<AcknowledgementWrite> {
    return this.#queue.write(() => {
      const found = this.#find(act);
      if (found === null) return { outcome: 'not_found' };
      if (found.last?.withdrawn !== 0) return { outcome: 'unchanged' };
      return this.#write(found, { by: act.by, note: '', withdrawn: 1 }, now);
    });
  }

  #find({ account, alertId }: AlertAct): Found | null {
    const row = this.#statement(ACKNOWLEDGEMENTS_SQL.alert).get(account, alertId) as unknown as
      | { body: string; since: number }
      | undefined;
    if (row === undefined) return null;
    const last = this.#statement(ACKNOWLEDGEMENTS_SQL.last).get(alertId, row.since) as unknown as LastRow | undefined;
    return { alert: JSON.parse(row.body) as Alert, since: row.since, last };
  }

  #write(
    { alert, since }: Found,
    { by, note, withdrawn }: { readonly by: string; readonly note: string; readonly withdrawn: 0 | 1 },
    now: number,
  ): AcknowledgementWrite {
    const { account, alertId } = alert;
    const { lastInsertRowid } = this.#statement(ACKNOWLEDGEMENTS_SQL.insert).run(
      account,
      alertId,
      since,
      withdrawn,
      by,
      note,
      now,
    );
    const record = recordOf(alert, { number: Number(lastInsertRowid), withdrawn, who: by });
    return {
      outcome: 'done',
      change: Number(this.#statement(RULES_SQL.enqueue).run(JSON.stringify(record)).lastInsertRowid),
    };
  }

  #statement(sql: string): StatementSync {
    return this.#queue.db.prepare(sql);
  }
}

/** An alert, and the last word on it as it is. */
export interface StandingRow {
  readonly body: string;
  readonly number: number;
  readonly withdrawn: number;
  readonly who: string;
}

export function acknowledgeRecordOf(row: StandingRow): AcknowledgeRecord {
  return recordOf(JSON.parse(row.body) as Alert, row);
}

function recordOf(alert: Alert, { number, withdrawn, who }: Omit<StandingRow, 'body'>): AcknowledgeRecord {
  const { account, ruleId, alertId, since } = alert;
  return { kind: 'acknowledge', account, ruleId, alertId, since, number, acknowledged: withdrawn === 0, by: who };
}

interface Found {
  readonly alert: Alert;
  /** As the tables hold it: whole ms. */
  readonly since: number;
  readonly last: LastRow | undefined;
}

interface LastRow {
  readonly withdrawn: number;
  readonly who: string;
  readonly note: string;
}
