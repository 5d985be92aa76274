import { type Colour, columnsOf, type Paint, safeText } from '../base/terminal-text.ts';

/** Rows of texts as columns, two spaces apart; the last column is not padded. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, columnsOf(cell));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : padded(cell, widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

const padded = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - columnsOf(text)));

export interface Column<T> {
  readonly title: string;
  readonly text: (item: T) => string;
  readonly colour?: (item: T) => Colour | null;
  /** Is cut where the terminal is too narrow for all of it. */
  readonly isElastic?: boolean;
}

const GAP = 2;
/** An elastic column is never narrower. */
const ELASTIC_COLUMNS_MIN = 12;

/** A heading and a line an item, aligned. `columns` of the terminal; null where nobody looks, and nothing is cut. */
export function tableText<T>(
  items: readonly T[],
  table: readonly Column<T>[],
  { paint, columns }: { readonly paint: Paint; readonly columns: number | null },
): string {
  const cells = items.map((item) => table.map(({ text }) => safeText(text(item))));
  const widths = table.map(({ title }, at) => Math.max(title.length, ...cells.map((row) => columnsOf(row[at] ?? ''))));
  const elastic = table.findIndex(({ isElastic }) => isElastic === true);
  if (columns !== null && elastic >= 0) {
    const excess = widths.reduce((sum, width) => sum + width + GAP, -GAP) - columns;
    const width = widths[elastic] ?? 0;
    if (excess > 0) widths[elastic] = Math.max(Math.min(width, ELASTIC_COLUMNS_MIN), width - excess);
  }
  const line = (row: readonly string[], colours: readonly (Colour | null)[]): string =>
    row
      .map((cell, at) => {
        const text = cut(cell, widths[at] ?? 0);
        const colour = colours[at] ?? null;
        const space = at === row.length - 1 ? '' : ' '.repeat((widths[at] ?? 0) - columnsOf(text));
        return (colour === null ? text : paint(colour, text)) + space;
      })
      .join('  ')
      .trimEnd();
  const heading = line(
    table.map(({ title }) => title),
    table.map(() => 'dim'),
  );
  const lines = items.map((item, index) =>
    line(
      cells[index] ?? [],
      table.map(({ colour }) => colour?.(item) ?? null),
    ),
  );
  return `${[heading, ...lines].join('\n')}\n`;
}

function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (columnsOf(kept) + columnsOf(character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
