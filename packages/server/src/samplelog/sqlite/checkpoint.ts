import type { DatabaseSync } from 'node:sqlite';
import type { Checkpoint } from '../../ports/sample-log.ts';

export interface CheckpointStatements {
  save(partition: number, checkpoint: Checkpoint): void;
  load(partition: number): Checkpoint | null;
}

export function checkpointStatements(db: DatabaseSync): CheckpointStatements {
  const upsert = db.prepare(`
    INSERT INTO checkpoint (partition, position, fold_version, bytes) VALUES (?, ?, ?, ?)
    ON CONFLICT (partition) DO UPDATE SET
      position = excluded.position, fold_version = excluded.fold_version, bytes = excluded.bytes`);
  const select = db.prepare('SELECT position, fold_version, bytes FROM checkpoint WHERE partition = ?');
  select.setReadBigInts(true);
  return {
    save: (partition, { position, foldVersion, bytes }) => {
      upsert.run(partition, position, foldVersion, bytes);
    },
    load: (partition) => {
      const row = select.get(partition);
      if (row === undefined) return null;
      return {
        position: row.position as bigint,
        foldVersion: Number(row.fold_version),
        bytes: row.bytes as Uint8Array,
      };
    },
  };
}
