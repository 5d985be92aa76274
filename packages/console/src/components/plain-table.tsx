import type { ReactNode } from 'react';

/**
 * Rows under their headings. Where they are wider than the page, they scroll and the page does not; with a label, the
 * keyboard reaches what scrolls even where no row has anything to choose.
 */
export function PlainTable(props: {
  readonly columns: readonly string[];
  readonly label?: string;
  readonly children: ReactNode;
}): ReactNode {
  const reach = props.label === undefined ? {} : { role: 'region', tabIndex: 0, 'aria-label': props.label };
  return (
    <div className="scroll-x" {...reach}>
      <table className="plain-table">
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
