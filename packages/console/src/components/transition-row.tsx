import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Transition } from '../data/types.ts';
import { expressionText, valueText } from '../data/words.ts';
import { strings } from '../strings.ts';
import { resourceOf } from './alert-row.tsx';
import { AlertBadge, LevelBadge } from './badges.tsx';
import { Cut } from './cut.tsx';
import { Time } from './time.tsx';

/** One step of an alert (with its rule's name, among those of others): what it became and why, with which value, and who was told or why nobody was. */
export function TransitionRow(props: { readonly transition: Transition; readonly ruleName?: string }): ReactNode {
  const { transition: step, ruleName } = props;
  if (step.event !== null) return <EventStep step={step} event={step.event} ruleName={ruleName ?? step.ruleId} />;
  const value = step.transition?.value ?? step.notification?.curValue ?? null;
  return (
    <Link to="/alerts/$alertId" params={{ alertId: step.alertId }} className="row">
      <span className="row-mark">
        <After step={step} />
      </span>
      <span className="row-what">
        <strong>
          <Cut>{ruleName ?? reasonOf(step)}</Cut>
        </strong>
        <Cut className="quiet small">
          {ruleName === undefined ? resourceOf(step) : `${reasonOf(step)} · ${resourceOf(step)}`}
        </Cut>
      </span>
      <span className="row-value">
        <Cut className="number">{value === null ? strings.none : valueText(value)}</Cut>
        <Cut className="quiet small">{expressionText(step.notification?.expression ?? '')}</Cut>
      </span>
      <span className="row-when">
        <Time ms={step.transition?.at ?? step.createdAt} />
        <br /> <span className="only-narrow">· </span>
        <Told step={step} />
      </span>
    </Link>
  );
}

/** What an event rule made of an event: there is no alert to go to. */
function EventStep(props: {
  readonly step: Transition;
  readonly event: NonNullable<Transition['event']>;
  readonly ruleName: string;
}): ReactNode {
  const { step, event, ruleName } = props;
  const hasResource = Object.keys(step.dimensions).length > 0;
  return (
    <Link to="/events" search={{ name: event.name }} className="row">
      <span className="row-mark">
        <LevelBadge level={event.level} />
      </span>
      <span className="row-what">
        <strong>
          <Cut>{ruleName}</Cut>
        </strong>
        <Cut className="quiet small">{hasResource ? `${event.name} · ${resourceOf(step)}` : event.name}</Cut>
      </span>
      <span className="row-value">
        <Cut className="quiet small">{`${event.product} · ${event.status}`}</Cut>
      </span>
      <span className="row-when">
        <Time ms={step.createdAt} />
        <br /> <span className="only-narrow">· </span>
        <Told step={step} />
      </span>
    </Link>
  );
}

function After({ step }: { readonly step: Transition }): ReactNode {
  if (step.transition !== null)
    return <AlertBadge alert={{ state: step.transition.toState, level: step.transition.toLevel }} />;
  if (step.notification === null) return <span className="quiet">{strings.none}</span>;
  return <AlertBadge alert={{ state: step.notification.alertState, level: step.notification.triggerLevel }} />;
}

function reasonOf(step: Transition): string {
  const reason = step.transition?.reason ?? step.notification?.reason ?? null;
  if (reason === null) return strings.alerts.suppressed;
  return strings.reasons[reason] ?? reason;
}

function Told({ step }: { readonly step: Transition }): ReactNode {
  if (step.suppressed !== null) {
    const why = strings.suppressions[step.suppressed] ?? step.suppressed;
    return <span title={`${strings.alerts.suppressed}: ${why}`}>{why}</span>;
  }
  return strings.alerts.notified(step.deliveryIds.length);
}
