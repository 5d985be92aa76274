import type { ReactNode } from 'react';
import { strings } from '../strings.ts';

/** Names and values, aligned. What is null is shown as a dash; what is undefined is left out. */
export function Facts({ of }: { readonly of: readonly (readonly [name: string, value: ReactNode])[] }): ReactNode {
  return (
    <dl className="facts">
      {of
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? strings.none}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Bytes as they were, to be read and copied. Reachable by keyboard: they may scroll. */
export function Bytes({ label, children }: { readonly label: string; readonly children: string }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard.
    <section className="bytes" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
