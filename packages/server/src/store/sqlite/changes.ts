import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ChangeItem, ChangeKind, StoreChanges } from '../../ports/store-reader.ts';

/**
 * What has changed since a mark, told by numbers that the writers keep anyway: keys and counters that grow, and how
 * many deliveries are in flight. A claim moves the attempt counter and a settlement the number in flight, so every
 * change of a delivery shows, although not which one it was. Looking costs the same whatever is stored.
 */
export const CHANGES_SQL = {
  now: `SELECT
      (SELECT coalesce(max(transition_key), 0) FROM transitions) AS transitions,
      (SELECT coalesce(max(rowid), 0) FROM rule_versions) AS rules,
      (SELECT coalesce(max(number), 0) FROM acknowledgements) AS acknowledgements,
      (SELECT value FROM counters WHERE name = 'silence_writes') AS silences,
      (SELECT value FROM counters WHERE name = 'sequence') AS sequence,
      (SELECT value FROM counters WHERE name = 'attempt') AS attempts,
      (SELECT count(*) FROM deliveries WHERE state = 'sending') AS sending`,
  transitions: 'SELECT account, alert_id AS id FROM transitions WHERE transition_key > ? ORDER BY transition_key',
  acknowledgements: 'SELECT account, alert_id AS id FROM acknowledgements WHERE number > ? ORDER BY number',
  rules: 'SELECT account, rule_id AS id FROM rule_versions WHERE rowid > ? ORDER BY rowid',
} as const;

const FIELDS = ['transitions', 'rules', 'acknowledgements', 'silences', 'sequence', 'attempts', 'sending'] as const;
type Numbers = Readonly<Record<(typeof FIELDS)[number], number>>;

/** More than this are not told one by one, nor is what lies this many rows behind looked through. */
const IDS_MAX = 100;
const ROWS_MAX = 10_000;

export class ChangeReader {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  read(mark: string | null): StoreChanges {
    const now = this.#statement(CHANGES_SQL.now).get() as unknown as Numbers;
    const next = FIELDS.map((field) => now[field]).join('.');
    if (mark === null || mark === next) return { mark: next, items: [] };
    const before = numbersOf(mark);
    // Not a mark of this store: whoever holds it knows nothing.
    if (before === null || FIELDS.some((field) => field !== 'sending' && before[field] > now[field])) {
      return { mark: next, items: EVERYTHING };
    }
    const items = [
      ...this.#named('alert', 'transitions', before, now),
      ...this.#named('alert', 'acknowledgements', before, now),
      ...this.#named('rule', 'rules', before, now),
    ];
    const moved = (...fields: (keyof Numbers)[]): boolean => fields.some((field) => before[field] !== now[field]);
    if (moved('silences')) items.push(anyOf('silence'));
    if (moved('sequence', 'attempts', 'sending')) items.push(anyOf('delivery'));
    return { mark: next, items };
  }

  #named(
    kind: ChangeKind,
    field: 'transitions' | 'acknowledgements' | 'rules',
    before: Numbers,
    now: Numbers,
  ): ChangeItem[] {
    if (before[field] === now[field]) return [];
    if (now[field] - before[field] > ROWS_MAX) return [anyOf(kind)];
    const rows = this.#statement(CHANGES_SQL[field]).all(before[field]) as unknown as { account: string; id: string }[];
    const items = new Map(rows.map(({ account, id }) => [`${account} ${id}`, { account, kind, id }]));
    return items.size > IDS_MAX ? [anyOf(kind)] : [...items.values()];
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

const anyOf = (kind: ChangeKind): ChangeItem => ({ account: null, kind, id: null });
const EVERYTHING: readonly ChangeItem[] = [anyOf('alert'), anyOf('rule'), anyOf('silence'), anyOf('delivery')];

function numbersOf(mark: string): Numbers | null {
  const parts = mark.split('.');
  if (parts.length !== FIELDS.length || !parts.every((part) => /^\d{1,15}$/.test(part))) return null;
  return Object.fromEntries(FIELDS.map((field, index) => [field, Number(parts[index])])) as unknown as Numbers;
}
