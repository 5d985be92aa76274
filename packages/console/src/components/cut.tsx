import type { ReactNode } from 'react';

const TITLE_MAX = 2_000;
const SHOWN_MAX = 300;

/**
 * One line of somebody else's text: cut to its place, whole in its title. React escapes it; its writing direction is
 * kept to itself; what nobody could read anyway is not even put on the page.
 */
export function Cut({
  children,
  className = '',
}: {
  readonly children: string;
  readonly className?: string;
}): ReactNode {
  const shown = children.length > SHOWN_MAX ? `${children.slice(0, SHOWN_MAX)}…` : children;
  return (
    <span className={`cut ${className}`} dir="auto" title={children.slice(0, TITLE_MAX)}>
      {shown}
    </span>
  );
}
