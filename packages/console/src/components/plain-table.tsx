import type { ReactNode } from 'react';

/** Rows under their headings. Where they are wider than the page, they scroll and the page does not. */
export function PlainTable({ columns, children }: { columns: readonly string[]; children: ReactNode }): ReactNode {
  return (
    <div className="scroll-x">
      <table className="plain-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
