import type { AlertLevel } from '@cloudbell/core/rule/rule.ts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Rule } from '../data/rules.ts';
import type { Alert } from '../data/types.ts';
import { conditionText, durationText, resourceText, valueText } from '../data/words.ts';
import { strings } from '../strings.ts';
import { AlertBadge } from './badges.tsx';
import { Cut } from './cut.tsx';
import { Time } from './time.tsx';

/** One live alert: what, how bad, since when, and its value against the threshold. */
export function AlertRow(props: {
  readonly alert: Alert;
  readonly rule: Rule | undefined;
  readonly now: number;
}): ReactNode {
  const { alert, rule, now } = props;
  return (
    <Link to="/alerts/$alertId" params={{ alertId: alert.alertId }} className="row">
      <span className="row-mark">
        <AlertBadge alert={alert} />
      </span>
      <span className="row-what">
        <strong>
          <Cut>{rule?.ruleName ?? alert.ruleId}</Cut>
        </strong>
        <Cut className="quiet small">{resourceOf(alert)}</Cut>
      </span>
      <span className="row-value">
        <Cut className="number">{alert.value === null ? strings.alerts.noValue : valueText(alert.value)}</Cut>
        <Cut className="quiet small">{rule === undefined ? alert.metricName : conditionOf(rule, alert.level)}</Cut>
      </span>
      <span className="row-when">
        {strings.alerts.since} <Time ms={alert.since} />
        <br /> <span className="only-narrow">· </span>
        {durationText(Math.max(0, now - alert.since))}
      </span>
    </Link>
  );
}

/** The display name, and what identifies it. */
export function resourceOf(of: Pick<Alert, 'instanceName' | 'dimensions'>): string {
  const text = resourceText(of.dimensions);
  return of.instanceName === null ? text : `${of.instanceName} · ${text}`;
}

const FIELDS = { CRITICAL: 'critical', WARN: 'warn', INFO: 'info' } as const;

/** The condition of the level an alert is at; while it is OK, of the lowest it could reach. */
export function conditionOf(rule: Pick<Rule, 'escalations'>, level: AlertLevel): string {
  const { critical, warn, info } = rule.escalations;
  const escalation = level === 'OK' ? (info ?? warn ?? critical) : rule.escalations[FIELDS[level]];
  return escalation === undefined ? strings.none : conditionText(escalation);
}
