import { checksum } from './log-codec-checksum.ts';
import * as marks from './pages.ts';
import { PAGE_ROWS, putPage, type Rows, rowsImage } from './rows.ts';
import { PAGE_SERIES, putSeriesPage, seriesImage } from './series-table.ts';
import type { Fold } from './state.ts';

/**
 * A fold's tables as pages that a checkpoint holds: table and page make a number, and the bytes end in a checksum, so
 * that a byte which the disk changed is an error and never another decision.
 */
export interface FoldPage {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** Pages of one table have numbers below this. */
const TABLE = 2 ** 24;
const SERIES = 6;
const SEAL_BYTES = 8;

/** In the order that a checkpoint's head has. */
export function tablesOf({ pairs, pool }: Fold): { readonly table: Rows | null }[] {
  const { rows, stamps } = pool;
  return [pairs.links, pairs.rows, pairs.befores, rows, stamps.chunks, stamps.values].map((table) => ({ table }));
}

/** Every page that the fold has, as its head says. */
export function pagesOf(fold: Fold): number[] {
  return [...tablesOf(fold).entries()]
    .flatMap(([at, { table }]) => idsOf(at, table === null ? 0 : pagesIn(table)))
    .concat(idsOf(SERIES, seriesPages(fold)));
}

function idsOf(table: number, pages: number): number[] {
  return Array.from({ length: pages }, (_, page) => table * TABLE + page);
}

const pagesIn = (rows: Rows): number => Math.ceil(rows.used / PAGE_ROWS);
const seriesPages = ({ series }: Fold): number => Math.ceil(series.cutAt / PAGE_SERIES);

/** Marks what changed since the last cut; answers the ids. */
export function cutPages(fold: Fold): number[] {
  const ids: number[] = [];
  for (const [at, { table }] of tablesOf(fold).entries()) {
    if (table === null) continue;
    for (const page of marks.cutPages(table, pagesIn(table))) ids.push(at * TABLE + page);
  }
  for (const page of marks.cutPages(fold.series, seriesPages(fold))) ids.push(SERIES * TABLE + page);
  return ids;
}

export function takeSealed(fold: Fold, id: number): FoldPage {
  const { at, page } = placeOf(id);
  const table = tablesOf(fold)[at]?.table ?? null;
  const image =
    table === null ? marks.takePage(fold.series, page, seriesImage) : marks.takePage(table, page, rowsImage);
  return { id, bytes: seal(image) };
}

/** Throws an Error when the bytes are not those that were sealed. */
export function putSealed(fold: Fold, { id, bytes }: FoldPage): void {
  const { at, page } = placeOf(id);
  const image = unseal(bytes);
  const table = tablesOf(fold)[at]?.table ?? null;
  if (table !== null) {
    putPage(table, page, image);
    table.marks[page] = marks.CLEAN;
  } else if (at === SERIES) {
    putSeriesPage(fold.series, page, image);
    fold.series.marks[page] = marks.CLEAN;
  } else throw new Error(`checkpoint has a page ${id} of no table`);
}

export function giveBack(fold: Fold, ids: readonly number[]): void {
  for (const id of ids) {
    const { at, page } = placeOf(id);
    marks.giveBack(tablesOf(fold)[at]?.table ?? fold.series, [page]);
  }
}

function placeOf(id: number): { at: number; page: number } {
  return { at: Math.floor(id / TABLE), page: id % TABLE };
}

/** The image, zeros up to a multiple of 4, its length, and a checksum over all of that. */
function seal(image: Uint8Array): Uint8Array {
  const padded = Math.ceil(image.length / 4) * 4;
  const bytes = new Uint8Array(padded + SEAL_BYTES);
  bytes.set(image);
  const words = new Uint32Array(bytes.buffer);
  words[padded / 4] = image.length;
  words[padded / 4 + 1] = checksum(bytes.subarray(0, padded + 4), 0);
  return bytes;
}

function unseal(given: Uint8Array): Uint8Array {
  const bytes = given.byteOffset % 4 === 0 ? given : given.slice();
  if (bytes.length < SEAL_BYTES || bytes.length % 4 !== 0) throw new Error('a page of the checkpoint is cut off');
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const [length = 0, sum] = words.subarray(-2);
  if (checksum(bytes.subarray(0, -4), 0) !== sum || length > bytes.length - SEAL_BYTES) {
    throw new Error('a page of the checkpoint does not match its checksum');
  }
  return bytes.subarray(0, length);
}
