import { suggestion } from '../metric/closest-name.ts';
import { STATISTICS, type Statistic } from '../metric/statistic.ts';
import { isObject, kindOf } from '../metric/text-size.ts';
import { type Findings, found, RULE_LIMITS, readWholeNumber } from './parse-rule-fields.ts';
import { COMPARISON_OPERATORS, type ComparisonOperator, type Escalation, type Rule } from './rule.ts';

export const LEVEL_FIELDS = ['critical', 'warn', 'info'] as const;
export const ESCALATION_FIELDS = ['statistics', 'comparisonOperator', 'threshold', 'times'] as const;
const OPERATORS = Object.keys(COMPARISON_OPERATORS) as ComparisonOperator[];
/** Cloud Monitor has these too; saying "unknown" would send people looking for a typing error. */
const UNSUPPORTED_STATISTIC = /^(P\d{1,2}(\.\d+)?|Availability|ErrorCodeMaximum)$/i;

/** Reads `escalations`: at least one level, each with all four fields (reference/cloudmonitor.md §3.1). */
export function readEscalations(findings: Findings, value: unknown): Rule['escalations'] {
  if (value !== undefined && !isObject(value)) {
    found(findings, 'rule_escalation_missing', {
      field: 'escalations',
      message: `escalations is ${kindOf(value)}, not an object.`,
      hint: 'Write {"warn": {"statistics":…, "comparisonOperator":…, "threshold":…, "times":…}}.',
    });
    return {};
  }
  const levels = value ?? {};
  const present = LEVEL_FIELDS.filter((level) => levels[level] !== undefined && levels[level] !== null);
  if (present.length === 0) {
    found(findings, 'rule_escalation_missing', {
      field: 'escalations',
      message: 'The rule has no level, so nothing could trigger it.',
      hint: 'Give at least one of escalations.critical, .warn and .info.',
    });
  }
  const read = present.map(
    (level) => [level, readEscalation(findings, levels[level], `escalations.${level}`)] as const,
  );
  unknownFields(findings, levels, LEVEL_FIELDS, 'escalations');
  return Object.fromEntries(read);
}

function readEscalation(findings: Findings, value: unknown, path: string): Escalation {
  const fallback: Escalation = {
    statistics: 'Average',
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 0,
    times: 1,
  };
  if (!isObject(value)) {
    found(findings, 'rule_escalation_incomplete', {
      field: path,
      message: `${path} is ${kindOf(value)}, not an object.`,
      hint: `A level has all of: ${ESCALATION_FIELDS.join(', ')}.`,
    });
    return fallback;
  }
  const absent = ESCALATION_FIELDS.filter((field) => value[field] === undefined || value[field] === null);
  for (const field of absent) {
    found(findings, 'rule_escalation_incomplete', {
      field: `${path}.${field}`,
      message: `${path} has no ${field}.`,
      hint: `A level has all of: ${ESCALATION_FIELDS.join(', ')}.`,
    });
  }
  const has = (field: (typeof ESCALATION_FIELDS)[number]): boolean => !absent.includes(field);
  const escalation: Escalation = {
    statistics: has('statistics')
      ? readStatistic(findings, value.statistics, `${path}.statistics`)
      : fallback.statistics,
    comparisonOperator: has('comparisonOperator')
      ? readOperator(findings, value.comparisonOperator, `${path}.comparisonOperator`)
      : fallback.comparisonOperator,
    threshold: has('threshold') ? readThreshold(findings, value.threshold, `${path}.threshold`) : fallback.threshold,
    times: has('times')
      ? readWholeNumber(findings, value.times, {
          code: 'rule_times_invalid',
          field: `${path}.times`,
          min: 1,
          max: RULE_LIMITS.times,
          unit: 'periods',
          hint: 'times counts consecutive breaching periods: 1 triggers at the first.',
        })
      : fallback.times,
  };
  unknownFields(findings, value, ESCALATION_FIELDS, path);
  return escalation;
}

function readStatistic(findings: Findings, value: unknown, field: string): Statistic {
  const text = String(value);
  if (typeof value === 'string' && (STATISTICS as readonly string[]).includes(value)) return value as Statistic;
  if (typeof value === 'string' && UNSUPPORTED_STATISTIC.test(text)) {
    found(findings, 'rule_statistic_unsupported', {
      field,
      message: `The statistic ${text} is not evaluated yet.`,
      hint: `Evaluated are: ${STATISTICS.join(', ')}.`,
    });
  } else {
    const shown =
      typeof value === 'string' ? `no statistic "${text.slice(0, 64)}"` : `no statistic that is ${kindOf(value)}`;
    found(findings, 'rule_statistic_unknown', {
      field,
      message: `There is ${shown}.`,
      hint: suggestion(text, STATISTICS),
    });
  }
  return 'Average';
}

function readOperator(findings: Findings, value: unknown, field: string): ComparisonOperator {
  if (typeof value === 'string' && (OPERATORS as string[]).includes(value)) return value as ComparisonOperator;
  const text = String(value);
  const bySymbol = OPERATORS.find(
    (name) => COMPARISON_OPERATORS[name] === text || (text === '=' && name === 'EqualToThreshold'),
  );
  const shown = typeof value === 'string' ? `"${text.slice(0, 64)}"` : `that is ${kindOf(value)}`;
  const hint = bySymbol !== undefined ? `Write "${bySymbol}".` : suggestion(text, OPERATORS);
  found(findings, 'rule_operator_unknown', { field, message: `There is no comparison operator ${shown}.`, hint });
  return 'GreaterThanThreshold';
}

/** A finite number; a text that is one too, because Cloud Monitor's API sends thresholds as texts. */
function readThreshold(findings: Findings, value: unknown, field: string): number {
  const isNumeric = typeof value === 'string' && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(value);
  const number = typeof value === 'number' || isNumeric ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  const shown =
    typeof value === 'string' ? `"${value.slice(0, 32)}"` : typeof value === 'number' ? String(value) : kindOf(value);
  found(findings, 'rule_threshold_invalid', {
    field,
    message: `The threshold is ${shown}, not a finite number.`,
    hint: 'Write a number such as 95 or 0.5, without a unit.',
  });
  return 0;
}

export function unknownFields(findings: Findings, value: object, known: readonly string[], path: string): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const shown = name.slice(0, 64);
    const field = path === '' ? shown : `${path}.${shown}`;
    found(findings, 'rule_field_unknown', {
      field,
      message: `There is no field "${field}" in a rule.`,
      hint: suggestion(name, known),
    });
  }
}
