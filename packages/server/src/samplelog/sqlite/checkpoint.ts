import type { DatabaseSync } from 'node:sqlite';
import type { FoldPage } from '@cloudbell/core/alert/fold-pages.ts';
import { inTransaction } from '../../base/sqlite-database.ts';
import type { Checkpoint } from '../../ports/sample-log.ts';

/**
 * One save is many transactions, so that appends get their turn: pages under the next generation first, then the head,
 * which makes them count, then what they replace is dropped. A crash in between leaves pages that no head names; the
 * next save drops those.
 */
export interface CheckpointStatements {
  /** Each step is one transaction; what the last one yields is dropped with it. */
  save(partition: number, checkpoint: Checkpoint): Generator<void>;
  load(partition: number): Checkpoint | null;
}

/** Pages of about 100 KiB: some MiB for each commit. */
const PAGES_PER_COMMIT = 48;

export function checkpointStatements(db: DatabaseSync): CheckpointStatements {
  const head = headStatements(db);
  const pages = pageStatements(db);
  function* save(partition: number, { position, foldVersion, head: bytes, ...saved }: Checkpoint): Generator<void> {
    const before = head.read(partition)?.generation ?? 0n;
    pages.dropAfter(partition, before);
    const generation = before + 1n;
    const written: number[] = [];
    const iterator = saved.pages[Symbol.iterator]();
    for (let isDone = false; !isDone; ) {
      inTransaction(db, () => {
        for (let i = 0; i < PAGES_PER_COMMIT && !isDone; i++) {
          const next = iterator.next();
          if (next.done === true) isDone = true;
          else {
            pages.write(partition, generation, next.value);
            written.push(next.value.id);
          }
        }
      });
      yield;
    }
    head.write(partition, { position, foldVersion, generation, head: bytes });
    yield;
    const replaced = saved.whole ? pages.idsBefore(partition, generation) : written;
    for (let at = 0; at < replaced.length; at += PAGES_PER_COMMIT) {
      inTransaction(db, () => {
        for (const page of replaced.slice(at, at + PAGES_PER_COMMIT)) pages.dropBefore(partition, page, generation);
      });
      yield;
    }
  }
  return {
    save,
    load: (partition) => {
      const found = head.read(partition);
      if (found === null) return null;
      const { position, foldVersion, generation, head: bytes } = found;
      return { position, foldVersion, head: bytes, pages: pages.list(partition, generation), whole: true };
    },
  };
}

interface Head extends Pick<Checkpoint, 'position' | 'foldVersion' | 'head'> {
  readonly generation: bigint;
}

function headStatements(db: DatabaseSync) {
  const upsert = db.prepare(`
    INSERT INTO checkpoint (partition, position, fold_version, generation, head) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (partition) DO UPDATE SET position = excluded.position, fold_version = excluded.fold_version,
      generation = excluded.generation, head = excluded.head`);
  const select = db.prepare('SELECT position, fold_version, generation, head FROM checkpoint WHERE partition = ?');
  select.setReadBigInts(true);
  return {
    write: (partition: number, { position, foldVersion, generation, head }: Head): void => {
      upsert.run(partition, position, foldVersion, generation, head);
    },
    read: (partition: number): Head | null => {
      const row = select.get(partition);
      if (row === undefined) return null;
      return {
        position: row.position as bigint,
        foldVersion: Number(row.fold_version),
        generation: row.generation as bigint,
        head: row.head as Uint8Array,
      };
    },
  };
}

function pageStatements(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO checkpoint_page (partition, page, generation, bytes) VALUES (?, ?, ?, ?)');
  const removeAfter = db.prepare('DELETE FROM checkpoint_page WHERE partition = ? AND generation > ?');
  const removeBefore = db.prepare('DELETE FROM checkpoint_page WHERE partition = ? AND page = ? AND generation < ?');
  const selectBefore = db.prepare('SELECT DISTINCT page FROM checkpoint_page WHERE partition = ? AND generation < ?');
  const select = db.prepare(`
    SELECT page, bytes FROM checkpoint_page AS it WHERE partition = :partition AND generation = (
      SELECT max(generation) FROM checkpoint_page
      WHERE partition = it.partition AND page = it.page AND generation <= :generation
    )`);
  function* list(partition: number, generation: bigint): Generator<FoldPage> {
    for (const row of select.iterate({ partition, generation })) {
      yield { id: row.page as number, bytes: row.bytes as Uint8Array };
    }
  }
  return {
    list,
    write: (partition: number, generation: bigint, { id, bytes }: FoldPage): void => {
      insert.run(partition, id, generation, bytes);
    },
    dropAfter: (partition: number, generation: bigint): void => {
      removeAfter.run(partition, generation);
    },
    dropBefore: (partition: number, page: number, generation: bigint): void => {
      removeBefore.run(partition, page, generation);
    },
    idsBefore: (partition: number, generation: bigint): number[] =>
      selectBefore.all(partition, generation).map((row) => row.page as number),
  };
}
