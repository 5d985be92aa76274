import type { AlertLevel } from '@cloudbell/core/rule/rule.ts';
import type { ReactNode } from 'react';
import type { Alert, Delivery } from '../data/types.ts';
import { strings } from '../strings.ts';

type Tone = 'red' | 'amber' | 'blue' | 'green' | 'plain';

/** A word with a shape and a color, so that nobody needs the color. */
export function Badge({ tone, symbol, children }: { tone: Tone; symbol?: string; children: ReactNode }): ReactNode {
  return (
    <span className="badge" data-tone={tone}>
      {symbol === undefined ? null : <span aria-hidden="true">{symbol} </span>}
      {children}
    </span>
  );
}

const LEVELS: Readonly<Record<AlertLevel, readonly [Tone, string]>> = {
  CRITICAL: ['red', '▲'],
  WARN: ['amber', '▲'],
  INFO: ['blue', '●'],
  OK: ['green', '✓'],
};

export function LevelBadge({ level }: { readonly level: AlertLevel }): ReactNode {
  const [tone, symbol] = LEVELS[level];
  return (
    <Badge tone={tone} symbol={symbol}>
      {strings.levels[level]}
    </Badge>
  );
}

/** What an alert is, in one badge: its level while it fires, else its state. */
export function AlertBadge({ alert }: { readonly alert: Pick<Alert, 'state' | 'level'> }): ReactNode {
  if (alert.state === 'INSUFFICIENT_DATA') {
    return (
      <Badge tone="plain" symbol="?">
        {strings.states.INSUFFICIENT_DATA}
      </Badge>
    );
  }
  return <LevelBadge level={alert.state === 'OK' ? 'OK' : alert.level} />;
}

const DELIVERIES: Readonly<Record<Delivery['state'], readonly [Tone, string]>> = {
  pending: ['amber', '…'],
  sending: ['blue', '→'],
  delivered: ['green', '✓'],
  exhausted: ['red', '✕'],
  cancelled: ['plain', '–'],
};

export function DeliveryBadge({ state }: { readonly state: Delivery['state'] }): ReactNode {
  const [tone, symbol] = DELIVERIES[state];
  return (
    <Badge tone={tone} symbol={symbol}>
      {strings.deliveries.states[state]}
    </Badge>
  );
}
