import { Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { strings } from '../strings.ts';

/** A page: its title, what can be done beside it, and what it shows. */
export function Page(props: {
  readonly title: string;
  readonly heading?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  useEffect(() => {
    document.title = `${props.title} – ${strings.product}`;
  }, [props.title]);
  return (
    <div className="page">
      <div className="page-head">
        <Title order={1}>{props.heading ?? props.title}</Title>
        {props.actions}
      </div>
      {props.children}
    </div>
  );
}

/** A part of a page below a heading of its own. */
export function Section(props: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly isFlush?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className="section">
      <div className="card-head">
        <Title order={2}>{props.title}</Title>
        <span className="quiet small">{props.aside}</span>
      </div>
      <div className={props.isFlush ? 'card is-flush' : 'card'}>{props.children}</div>
    </section>
  );
}
