import type { ReactNode } from 'react';
import { strings } from '../strings.ts';

const LONG_MIN = 200;

/** Names and values, aligned. What is null is shown as a dash; what is undefined is left out. */
export function Facts({ of }: { readonly of: readonly (readonly [name: string, value: ReactNode])[] }): ReactNode {
  return (
    <dl className="facts">
      {of
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <Value>{value ?? strings.none}</Value>
          </div>
        ))}
    </dl>
  );
}

/** A long text scrolls in its place, and so must be reachable by keyboard. */
function Value({ children }: { readonly children: ReactNode }): ReactNode {
  const isLong = typeof children === 'string' && children.length > LONG_MIN;
  return isLong ? (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls.
    <dd className="is-long" tabIndex={0}>
      {children}
    </dd>
  ) : (
    <dd>{children}</dd>
  );
}

/** Bytes as they were, to be read and copied. Reachable by keyboard: they may scroll. */
export function Bytes({ label, children }: { readonly label: string; readonly children: string }): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what can be filled in, and several may be open.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard.
    <div role="group" className="bytes" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
