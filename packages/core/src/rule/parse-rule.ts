import type { Problem } from '../contract/problem.ts';
import { suggestion } from '../metric/closest-name.ts';
import { DEFAULT_NAME_LIMITS, metricNameFault, type NameLimits } from '../metric/dimension-rules.ts';
import { isObject, kindOf, nameFault } from '../metric/text-size.ts';
import { readEscalations, unknownFields } from './parse-rule-escalations.ts';
import {
  type Findings,
  found,
  RULE_LIMITS,
  readBoolean,
  readContactGroups,
  readEffectiveInterval,
  readLabels,
  readResources,
  readWholeNumber,
} from './parse-rule-fields.ts';
import { CALLBACK_PROFILES, type CallbackProfile, NO_DATA_POLICIES, type NoDataPolicy, type Rule } from './rule.ts';

export interface ParseRuleOptions {
  /** Whether the deployment lets this URL be called; what it finds becomes a problem of field `webhook`. */
  readonly checkWebhook: (url: string) => Problem | null;
  /** Of the deployment, for what a rule shares with samples, and for its own name; the defaults without. */
  readonly limits?: NameLimits;
}

/** Fields a rule is written with. */
export const RULE_FIELDS = [
  'ruleName',
  'enabled',
  'namespace',
  'metricName',
  'resources',
  'period',
  'interval',
  'escalations',
  'webhook',
  'callbackProfile',
  'contactGroups',
  'silenceTime',
  'sendOk',
  'grace',
  'effectiveInterval',
  'noDataPolicy',
  'noDataPeriods',
  'labels',
] as const;

/** Fields that answers carry beside these: ignored on the way in, so that what was read can be edited and written back. */
export const RULE_READ_ONLY_FIELDS = ['account', 'version', 'createdAt', 'updatedAt', 'warnings'] as const;

/**
 * A rule as written by people or programs → a rule with every default filled in, or everything that is wrong with it,
 * the graver first. Pure: nothing is stored, no name is resolved.
 */
export function parseRule(
  account: string,
  ruleId: string,
  input: unknown,
  options: ParseRuleOptions,
): { readonly rule: Omit<Rule, 'version'> } | { readonly problems: readonly [Problem, ...Problem[]] } {
  const findings: Findings = { problems: [] };
  const { limits = DEFAULT_NAME_LIMITS } = options;
  // An id is a rule's name where it has none, so it is never longer than a name may be.
  const idFault = nameFault(ruleId, Math.min(limits.nameBytesMax, RULE_LIMITS.nameBytes));
  if (idFault !== null) {
    found(findings, 'rule_id_invalid', {
      field: 'ruleId',
      message: `The rule id ${idFault}.`,
      hint: 'Use letters, digits, "-" and "_".',
    });
  }
  if (!isObject(input)) {
    found(findings, 'body_invalid', {
      message: `The rule is ${kindOf(input)}, not an object.`,
      hint: 'Send a JSON object with namespace, metricName, period and escalations.',
    });
  } else {
    const rule = readRule(findings, { account, ruleId, input, options });
    if (findings.problems.length === 0) return { rule };
  }
  return { problems: findings.problems as [Problem, ...Problem[]] };
}

function readRule(
  findings: Findings,
  from: { account: string; ruleId: string; input: Readonly<Record<string, unknown>>; options: ParseRuleOptions },
): Omit<Rule, 'version'> {
  const { account, ruleId, input, options } = from;
  const { limits = DEFAULT_NAME_LIMITS } = options;
  if (input.ruleId !== undefined && input.ruleId !== ruleId) {
    found(findings, 'rule_id_mismatch', {
      field: 'ruleId',
      message: 'The ruleId in the body is not the one in the path.',
      hint: 'Leave ruleId out of the body, or write it to its own path.',
    });
  }
  const period = readPeriod(findings, input);
  const rule: Omit<Rule, 'version'> = {
    account,
    ruleId,
    ruleName:
      input.ruleName === undefined
        ? ruleId
        : readText(findings, input.ruleName, { field: 'ruleName', bytesMax: limits.nameBytesMax }),
    enabled: readBoolean(findings, input.enabled ?? true, 'enabled'),
    namespace: readMetricName(findings, input.namespace, { field: 'namespace', limits }),
    metricName: readMetricName(findings, input.metricName, { field: 'metricName', limits }),
    resources: readResources(findings, input.resources ?? [], limits),
    period,
    escalations: readEscalations(findings, input.escalations),
    webhook: readWebhook(findings, input.webhook, options),
    callbackProfile:
      input.callbackProfile === undefined || input.callbackProfile === null
        ? null
        : readChoice<CallbackProfile>(findings, input.callbackProfile, 'callbackProfile', CALLBACK_PROFILES),
    contactGroups: readContactGroups(findings, input.contactGroups ?? []),
    silenceTime: readSilenceTime(findings, input.silenceTime),
    sendOk: readBoolean(findings, input.sendOk ?? true, 'sendOk'),
    grace: readGrace(findings, input.grace, period),
    effectiveInterval: readEffectiveInterval(findings, input.effectiveInterval ?? '00:00-23:59'),
    noDataPolicy: readChoice<NoDataPolicy>(
      findings,
      input.noDataPolicy ?? 'KEEP_LAST_STATE',
      'noDataPolicy',
      NO_DATA_POLICIES,
    ),
    noDataPeriods:
      input.noDataPeriods === undefined || input.noDataPeriods === null
        ? null
        : readWholeNumber(findings, input.noDataPeriods, {
            code: 'rule_no_data_invalid',
            field: 'noDataPeriods',
            min: 1,
            max: RULE_LIMITS.times,
            unit: 'periods',
            hint: 'Write null to take the largest times of the levels.',
          }),
    labels: readLabels(findings, input.labels ?? {}),
  };
  const readable = Object.fromEntries(Object.entries(input).filter(([name]) => name !== 'ruleId' && !isReadOnly(name)));
  unknownFields(findings, readable, RULE_FIELDS, '');
  return rule;
}

const isReadOnly = (name: string): boolean => (RULE_READ_ONLY_FIELDS as readonly string[]).includes(name);

function readText(findings: Findings, value: unknown, as: { field: string; bytesMax: number }): string {
  const { field, bytesMax } = as;
  const fault = nameFault(value, bytesMax);
  if (fault === null) return value as string;
  found(findings, 'rule_field_invalid', {
    field,
    message: `${field} ${fault}.`,
    hint: `Write a text of at most ${bytesMax} bytes.`,
  });
  return '';
}

function readMetricName(
  findings: Findings,
  value: unknown,
  as: { field: 'namespace' | 'metricName'; limits: NameLimits },
): string {
  const { field, limits } = as;
  if (value === undefined || value === null) {
    found(findings, 'rule_field_missing', {
      field,
      message: `The rule has no ${field}.`,
      hint: 'A rule watches one metric: give namespace and metricName as the samples carry them.',
    });
    return '';
  }
  const fault = metricNameFault(value, limits);
  if (fault === null) return value as string;
  found(findings, 'rule_field_invalid', {
    field,
    message: `${field} ${fault}.`,
    hint: 'No sample can carry such a name; write it as the samples do.',
  });
  return '';
}

/** `interval` is accepted when it says what holds anyway; it is not stored. */
function readPeriod(findings: Findings, input: Readonly<Record<string, unknown>>): number {
  const before = findings.problems.length;
  const period = readWholeNumber(findings, input.period, {
    code: 'rule_period_invalid',
    field: 'period',
    min: 1,
    max: RULE_LIMITS.periodS,
    unit: 's',
    hint: 'The period is the window length in seconds: 60 for one minute.',
  });
  if (
    findings.problems.length === before &&
    input.interval !== undefined &&
    input.interval !== null &&
    input.interval !== period
  ) {
    found(findings, 'rule_interval_unsupported', {
      field: 'interval',
      message: `interval differs from the period (${period} s); sliding windows are not evaluated yet.`,
      hint: 'Leave interval out, or set it to the period.',
    });
  }
  return period;
}

function readWebhook(findings: Findings, value: unknown, options: ParseRuleOptions): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value === '') {
    found(findings, 'rule_webhook_invalid', {
      field: 'webhook',
      message: `webhook is ${value === '' ? 'empty' : kindOf(value)}, not a URL.`,
      hint: 'Write http://… or https://…, or null for no callback.',
    });
    return null;
  }
  const problem = options.checkWebhook(value);
  if (problem !== null) findings.problems.push({ ...problem, field: 'webhook' });
  return value;
}

function readSilenceTime(findings: Findings, value: unknown): number | null {
  if (value === undefined) return 86_400;
  if (value === null) return null;
  return readWholeNumber(findings, value, {
    code: 'rule_silence_time_invalid',
    field: 'silenceTime',
    min: 0,
    max: RULE_LIMITS.silenceTimeS,
    unit: 's',
    hint: 'Seconds between repeats while an alert stays: 86400 is a day, null never repeats.',
  });
}

/** Half the period, at least 0.5 s and at most 10 s, unless written (semantics.md, Time and windows). */
function readGrace(findings: Findings, value: unknown, period: number): number {
  if (value === undefined || value === null) return Math.min(10, Math.max(0.5, period / 2));
  if (typeof value === 'number' && value >= 0 && value <= RULE_LIMITS.graceS && isWholeMs(value)) return value;
  const shown = typeof value === 'number' ? String(value) : kindOf(value);
  found(findings, 'rule_grace_invalid', {
    field: 'grace',
    message: `grace is ${shown}, not a number of s from 0 to ${RULE_LIMITS.graceS} in whole ms.`,
    hint: 'Seconds a window stays open after its end, with three decimals at most; leave it out for half the period.',
  });
  return 0;
}

/** Times are whole ms everywhere. 1.001 s is one of them, although 1.001 × 1000 is not in floating point. */
const isWholeMs = (seconds: number): boolean => Math.round(seconds * 1000) / 1000 === seconds;

function readChoice<T extends string>(
  findings: Findings,
  value: unknown,
  field: 'noDataPolicy' | 'callbackProfile',
  choices: readonly T[],
): T {
  if (typeof value === 'string' && (choices as readonly string[]).includes(value)) return value as T;
  const shown = typeof value === 'string' ? `"${value.slice(0, 64)}"` : kindOf(value);
  const code = field === 'noDataPolicy' ? 'rule_no_data_invalid' : 'rule_field_invalid';
  found(findings, code, { field, message: `${field} is ${shown}.`, hint: suggestion(String(value), choices) });
  return choices[0] as T;
}
