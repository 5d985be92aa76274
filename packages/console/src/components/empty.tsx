import type { ReactNode } from 'react';

/** Nothing to show: says so, and what to do next. */
export function Empty(props: {
  readonly title: string;
  readonly hint?: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="empty">
      <p>
        <strong>{props.title}</strong>
      </p>
      {props.hint === undefined ? null : <p className="quiet">{props.hint}</p>}
      {props.children === undefined ? null : <div>{props.children}</div>}
    </div>
  );
}
