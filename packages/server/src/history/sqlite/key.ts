import type { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * The parts of a key (migrations/0001-history.sql), packed by SQLite itself: 19 bits of block reach to 2089, 31 of
 * series number, 13 of second.
 */
export const NUMBER_MAX = 2 ** 31 - 1;
/** Of a block and a series, each a parameter or a number. */
export const rowKey = (block: string, number: string): string => `((${block} << 44) | (${number} << 13))`;
/** The greatest key of that block and series. */
export const lastRowKey = (block: string, number: string): string => `(${rowKey(block, number)} | 8191)`;
export const blockKey = (block: string): string => `(${block} << 44)`;
export const BLOCK_OF_KEY = '(key >> 44)';
export const NUMBER_OF_KEY = `((key >> 13) & ${NUMBER_MAX})`;
export const SECOND_OF_KEY = '(key & 8191)';

/** Keys are beyond 2^53, and every write reports the last one: as a bigint, or it throws. */
export function prepareWrite(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  return statement;
}
