import type { Problem } from '../contract/problem.ts';
import { suggestion } from '../metric/closest-name.ts';
import { isObject, kindOf, nameFault } from '../metric/text-size.ts';
import {
  type Findings,
  found,
  RULE_LIMITS,
  readBoolean,
  readContactGroups,
  readWholeNumber,
} from '../rule/parse-rule-fields.ts';
import { LEVELS, type Level } from '../rule/rule.ts';
import { EVENT_RULE_LIMITS, type EventRule } from './event-rule.ts';

/** Fields an event rule is written with. */
export const EVENT_RULE_FIELDS = [
  'ruleName',
  'enabled',
  'product',
  'types',
  'levels',
  'names',
  'statuses',
  'keyword',
  'contactGroups',
  'silenceTime',
] as const;

/** Fields that answers carry beside these: ignored on the way in, so that what was read can be edited and written back. */
export const EVENT_RULE_READ_ONLY_FIELDS = ['account', 'version', 'createdAt', 'updatedAt', 'warnings'] as const;

const KNOWN: ReadonlySet<string> = new Set([...EVENT_RULE_FIELDS, ...EVENT_RULE_READ_ONLY_FIELDS, 'ruleId']);
/** Whatever it is called, and whatever it says: null is no callback either, but the field promises one. */
const CALLBACK_FIELD = /webhook|callback/i;

/** An event rule as written by people or programs → one with every default filled in, or everything that is wrong with it. */
export function parseEventRule(
  account: string,
  ruleId: string,
  input: unknown,
): { readonly rule: Omit<EventRule, 'version'> } | { readonly problems: readonly [Problem, ...Problem[]] } {
  const findings: Findings = { problems: [] };
  const idFault = nameFault(ruleId, RULE_LIMITS.nameBytes);
  if (idFault !== null) {
    const hint = 'Use letters, digits, "-" and "_".';
    found(findings, 'rule_id_invalid', { field: 'ruleId', message: `The rule id ${idFault}.`, hint });
  }
  if (!isObject(input)) {
    found(findings, 'body_invalid', {
      message: `The event rule is ${kindOf(input)}, not an object.`,
      hint: 'Send a JSON object with product, levels, names or other filters, and contactGroups.',
    });
  } else {
    const rule = readRule(findings, { account, ruleId, input });
    if (findings.problems.length === 0) return { rule };
  }
  return { problems: findings.problems as [Problem, ...Problem[]] };
}

function readRule(
  findings: Findings,
  from: { account: string; ruleId: string; input: Readonly<Record<string, unknown>> },
): Omit<EventRule, 'version'> {
  const { account, ruleId, input } = from;
  refuseCallbacks(findings, input);
  if (input.ruleId !== undefined && input.ruleId !== ruleId) {
    found(findings, 'rule_id_mismatch', {
      field: 'ruleId',
      message: 'The ruleId in the body is not the one in the path.',
      hint: 'Leave ruleId out of the body, or write it to its own path.',
    });
  }
  const rule: Omit<EventRule, 'version'> = {
    account,
    ruleId,
    ruleName: (input.ruleName ?? null) === null ? ruleId : readText(findings, input.ruleName, 'ruleName'),
    enabled: readBoolean(findings, input.enabled ?? true, 'enabled'),
    product: readOptional(findings, input.product, 'product'),
    types: readFilter(findings, input.types, 'types'),
    levels: readLevels(findings, input.levels),
    names: readFilter(findings, input.names, 'names'),
    statuses: readFilter(findings, input.statuses, 'statuses'),
    keyword: readOptional(findings, input.keyword, 'keyword'),
    contactGroups: readContactGroups(findings, input.contactGroups ?? []),
    silenceTime: readWholeNumber(findings, input.silenceTime ?? 0, {
      code: 'rule_silence_time_invalid',
      field: 'silenceTime',
      min: 0,
      max: RULE_LIMITS.silenceTimeS,
      unit: 's',
      hint: 'Seconds between notifications of one event of one resource; 0 notifies every one.',
    }),
  };
  refuseUnknown(findings, input);
  return rule;
}

function refuseCallbacks(findings: Findings, input: Readonly<Record<string, unknown>>): void {
  const field = Object.keys(input).find((name) => CALLBACK_FIELD.test(name));
  if (field === undefined) return;
  found(findings, 'event_rule_callback_unsupported', {
    field: field.slice(0, 64),
    message:
      'Event alerts do not support the alert callback feature: an event has no value, level before or recovery to report.',
    hint: 'Leave the field out and name contactGroups: events are forwarded to their e-mail addresses and chat robots.',
  });
}

function refuseUnknown(findings: Findings, input: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(input)) {
    if (KNOWN.has(name) || CALLBACK_FIELD.test(name)) continue;
    found(findings, 'rule_field_unknown', {
      field: name.slice(0, 64),
      message: `An event rule has no field "${name.slice(0, 64)}".`,
      hint: suggestion(name, EVENT_RULE_FIELDS),
    });
  }
}

function readText(findings: Findings, value: unknown, field: string): string {
  const fault = nameFault(value, RULE_LIMITS.nameBytes);
  if (fault === null) return value as string;
  const hint = `Write a text of at most ${RULE_LIMITS.nameBytes} bytes.`;
  found(findings, 'rule_field_invalid', { field, message: `${field} ${fault}.`, hint });
  return '';
}

function readOptional(findings: Findings, value: unknown, field: 'product' | 'keyword'): string | null {
  if (value === undefined || value === null) return null;
  const fault = filterFault(value, field === 'product');
  if (fault === null) return value as string;
  const hint = `Leave ${field} out, or write null, to let every event pass.`;
  found(findings, 'event_rule_filter_invalid', { field, message: `${field} ${fault}.`, hint });
  return null;
}

function readFilter(findings: Findings, value: unknown, field: 'types' | 'names' | 'statuses'): readonly string[] {
  const bad = (at: string, message: string): void =>
    found(findings, 'event_rule_filter_invalid', {
      field: at,
      message,
      hint: `Write a list of texts; [] lets every event pass.`,
    });
  const entries = readEntries(value, (message) => bad(field, `${field} ${message}.`));
  entries.forEach((entry, index) => {
    const fault = filterFault(entry, field !== 'names');
    if (fault !== null) bad(`${field}[${index}]`, `${field}[${index}] ${fault}.`);
  });
  return [...new Set(entries as readonly string[])];
}

function readLevels(findings: Findings, value: unknown): readonly Level[] {
  const bad = (field: string, message: string, hint: string): void =>
    found(findings, 'event_rule_filter_invalid', { field, message, hint });
  const entries = readEntries(value, (message) => bad('levels', `levels ${message}.`, 'Write ["CRITICAL", "WARN"].'));
  entries.forEach((entry, index) => {
    if (typeof entry === 'string' && (LEVELS as readonly string[]).includes(entry)) return;
    const shown = typeof entry === 'string' ? `"${entry.slice(0, 32)}"` : kindOf(entry);
    bad(`levels[${index}]`, `levels[${index}] is ${shown}.`, suggestion(String(entry), LEVELS));
  });
  // In one order, so that the same choice written twice is the same rule.
  return LEVELS.filter((level) => entries.includes(level));
}

function readEntries(value: unknown, bad: (message: string) => void): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) bad(`is ${kindOf(value)}, not a list`);
  else if (value.length > EVENT_RULE_LIMITS.entries) bad(`has more than ${EVENT_RULE_LIMITS.entries} entries`);
  else return value;
  return [];
}

/** A lone `*` where texts are compared as they are would look like "all" and let nothing pass. */
function filterFault(value: unknown, isExact: boolean): string | null {
  return nameFault(value, RULE_LIMITS.nameBytes) ?? (isExact && value === '*' ? 'is "*", which no event has' : null);
}
