/**
 * What a table's pages are marked with, so that a checkpoint holds only those that changed since the last one, and need
 * not stop the fold while they are written:
 *
 *     clean ──write──▶ dirty ──cut──▶ pending ──taken──▶ clean
 *                        ▲               │ write: the page as it was is put aside
 *                        └───────────────┘
 */
export interface Pages {
  /** By page: CLEAN, DIRTY or PENDING. */
  marks: Uint8Array;
  /** Pages as they were at the cut, of those that were written since and not yet taken. */
  readonly aside: Map<number, Uint8Array>;
}

export const CLEAN = 0;
export const DIRTY = 1;
const PENDING = 2;

type ImageOf<Table> = (table: Table, page: number) => Uint8Array;

/** Before the first write to a page that is not dirty. */
export function markDirty<Table extends Pages>(table: Table, page: number, imageOf: ImageOf<Table>): void {
  if (table.marks[page] === PENDING) table.aside.set(page, imageOf(table, page));
  table.marks[page] = DIRTY;
}

/** Of the first `count` pages, marks those that changed since the last cut as ones to be taken; answers them. */
export function cutPages(table: Pages, count: number): number[] {
  const pages: number[] = [];
  for (let page = 0; page < count; page++) {
    if (table.marks[page] !== DIRTY) continue;
    table.marks[page] = PENDING;
    pages.push(page);
  }
  return pages;
}

/** The bytes of a page as they were at the cut; once each. */
export function takePage<Table extends Pages>(table: Table, page: number, imageOf: ImageOf<Table>): Uint8Array {
  const aside = table.aside.get(page);
  if (aside !== undefined) {
    table.aside.delete(page);
    return aside;
  }
  table.marks[page] = CLEAN;
  return imageOf(table, page);
}

/** The cut came to nothing: its pages belong to the next. */
export function giveBack(table: Pages, pages: readonly number[]): void {
  for (const page of pages) {
    table.marks[page] = DIRTY;
    table.aside.delete(page);
  }
}
