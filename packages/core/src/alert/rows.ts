import { DIRTY, markDirty, type Pages } from './pages.ts';

/**
 * A table of numbers: rows of equal size in one buffer, some cells of a row floats and the others 32-bit words. A
 * million rows are one object to the garbage collector, and a page of them is a copy of bytes to a checkpoint.
 * {@link touch} comes before every write to a row.
 */
export interface Rows extends Pages {
  /** The row's first cells. */
  floats: Float64Array;
  /** The same buffer: of a row's words, those behind its floats are to be used. */
  words: Int32Array;
  readonly floatsPerRow: number;
  /** Both strides are those of the whole row. */
  readonly floatStride: number;
  readonly wordStride: number;
  /** Rows that were ever taken. */
  used: number;
  /** Head of the chain of rows that can be taken again; -1 for none. Where its links are is for the owner to know. */
  free: number;
}

const PAGE_SHIFT = 10;
export const PAGE_ROWS = 1 << PAGE_SHIFT;
/** Up to here a table doubles; beyond, it grows by half. */
const DOUBLING_ROWS = 1 << 18;

/** `words` counts those behind the floats; a row is a multiple of 8 bytes. */
export function createRows(shape: { readonly floats: number; readonly words: number }): Rows {
  const floatStride = shape.floats + Math.ceil(shape.words / 2);
  const buffer = new ArrayBuffer(PAGE_ROWS * floatStride * 8);
  return {
    floats: new Float64Array(buffer),
    words: new Int32Array(buffer),
    floatsPerRow: shape.floats,
    floatStride,
    wordStride: floatStride * 2,
    used: 0,
    free: -1,
    marks: new Uint8Array(1),
    aside: new Map(),
  };
}

export function touch(rows: Rows, row: number): void {
  const page = row >> PAGE_SHIFT;
  if (rows.marks[page] !== DIRTY) markDirty(rows, page, rowsImage);
}

/** A new last row; what is in it is zero. */
export function addRow(rows: Rows): number {
  const row = rows.used++;
  if (row >= capacity(rows)) reserve(rows, rows.used);
  return row;
}

/** Makes room for so many rows. */
export function reserve(rows: Rows, count: number): void {
  const before = capacity(rows);
  if (count <= before) return;
  const wanted = Math.max(count, before < DOUBLING_ROWS ? before * 2 : before * 1.5);
  const pages = Math.ceil(wanted / PAGE_ROWS);
  const buffer = new ArrayBuffer(pages * PAGE_ROWS * rows.floatStride * 8);
  const floats = new Float64Array(buffer);
  floats.set(rows.floats);
  rows.floats = floats;
  rows.words = new Int32Array(buffer);
  const marks = new Uint8Array(pages);
  marks.set(rows.marks);
  rows.marks = marks;
}

function capacity(rows: Rows): number {
  return rows.marks.length << PAGE_SHIFT;
}

/** The bytes of a page as they are now. */
export function rowsImage(rows: Rows, page: number): Uint8Array {
  const bytes = PAGE_ROWS * rows.floatStride * 8;
  return new Uint8Array(rows.floats.buffer.slice(page * bytes, (page + 1) * bytes) as ArrayBuffer);
}

/** Puts a page's bytes in place. Throws an Error when they are of another size. */
export function putPage(rows: Rows, page: number, image: Uint8Array): void {
  const bytes = PAGE_ROWS * rows.floatStride * 8;
  if (image.length !== bytes) throw new Error(`a page of ${image.length} bytes instead of ${bytes}`);
  reserve(rows, (page + 1) << PAGE_SHIFT);
  new Uint8Array(rows.floats.buffer).set(image, page * bytes);
}
