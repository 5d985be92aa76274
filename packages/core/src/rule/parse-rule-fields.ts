import type { ErrorCode } from '../contract/error-codes.ts';
import type { Problem } from '../contract/problem.ts';
import { dimensionsFault, type NameLimits } from '../metric/dimension-rules.ts';
import type { Dimensions } from '../metric/dimensions.ts';
import { isObject, kindOf, longerThan, nameFault } from '../metric/text-size.ts';

/** Collects what is wrong, in the order it was found; a reader that found something answers its fallback. */
export interface Findings {
  readonly problems: Problem[];
}

export function found(
  findings: Findings,
  code: ErrorCode,
  at: { field?: string; message: string; hint: string },
): void {
  findings.problems.push({ code, ...at });
}

/** Sizes of a rule's fields; names count UTF-8 bytes. What it shares with samples has the limits of the deployment instead. */
export const RULE_LIMITS = {
  nameBytes: 255,
  periodS: 86_400,
  times: 100_000,
  graceS: 3600,
  silenceTimeS: 366 * 86_400,
  resources: 3000,
  contactGroups: 100,
  labels: 64,
  labelValueBytes: 1024,
} as const;

export function readWholeNumber(
  findings: Findings,
  value: unknown,
  rule: { code: ErrorCode; field: string; min: number; max: number; unit: string; hint: string },
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= rule.min && value <= rule.max) return value;
  const shown = typeof value === 'number' ? String(value) : kindOf(value);
  found(findings, rule.code, {
    field: rule.field,
    message: `${rule.field} is ${shown}, not a whole number of ${rule.unit} from ${rule.min} to ${rule.max}.`,
    hint: rule.hint,
  });
  return rule.min;
}

export function readBoolean(findings: Findings, value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value;
  found(findings, 'rule_field_invalid', {
    field,
    message: `${field} is ${kindOf(value)}.`,
    hint: 'Write true or false.',
  });
  return false;
}

/** `8:00-20:59` → `08:00-20:59`. */
export function readEffectiveInterval(findings: Findings, value: unknown): string {
  const match = typeof value === 'string' ? /^(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$/.exec(value.trim()) : null;
  if (match !== null) {
    const [fromHour, fromMinute, toHour, toMinute] = match.slice(1).map(Number) as [number, number, number, number];
    if (fromHour < 24 && toHour < 24 && fromMinute < 60 && toMinute < 60) {
      const two = (part: number): string => String(part).padStart(2, '0');
      return `${two(fromHour)}:${two(fromMinute)}-${two(toHour)}:${two(toMinute)}`;
    }
  }
  const shown = typeof value === 'string' ? `"${value.slice(0, 32)}"` : kindOf(value);
  found(findings, 'rule_effective_interval_invalid', {
    field: 'effectiveInterval',
    message: `effectiveInterval is ${shown}.`,
    hint: 'Write HH:MM-HH:MM, hours 0 to 23; the end minute is included, 22:00-05:59 crosses midnight.',
  });
  return '00:00-23:59';
}

export function readResources(findings: Findings, value: unknown, limits: NameLimits): readonly Dimensions[] {
  const bad = (field: string, message: string, hint: string): void =>
    found(findings, 'rule_resources_invalid', { field, message, hint });
  if (!Array.isArray(value)) {
    bad(
      'resources',
      `resources is ${kindOf(value)}, not a list.`,
      'Write [{"instanceId": "i-12"}], or [] for every resource.',
    );
    return [];
  }
  if (value.length > RULE_LIMITS.resources) {
    bad(
      'resources',
      `resources has ${value.length} entries, more than ${RULE_LIMITS.resources}.`,
      'Select by a dimension that the resources share.',
    );
    return [];
  }
  value.forEach((resource: unknown, index) => {
    const fault = dimensionsFault(resource, limits);
    if (fault !== null) {
      const at = fault.at === undefined ? '' : `.${fault.at.slice(0, 64)}`;
      bad(`resources[${index}]${at}`, `resources[${index}]${at}: ${fault.message}.`, fault.hint);
    } else if (Object.keys(resource as object).length === 0) {
      bad(`resources[${index}]`, `resources[${index}] is empty.`, 'Write "resources": [] to watch every resource.');
    }
  });
  return value.map((resource: unknown) => (isObject(resource) ? ({ ...resource } as Dimensions) : {}));
}

export function readContactGroups(findings: Findings, value: unknown): readonly string[] {
  const bad = (field: string, message: string): void =>
    found(findings, 'rule_contact_groups_invalid', { field, message, hint: 'Write a list of names: ["ops"].' });
  if (!Array.isArray(value) || value.length > RULE_LIMITS.contactGroups) {
    bad(
      'contactGroups',
      Array.isArray(value)
        ? `contactGroups has more than ${RULE_LIMITS.contactGroups} names.`
        : `contactGroups is ${kindOf(value)}, not a list.`,
    );
    return [];
  }
  value.forEach((name: unknown, index) => {
    const fault = nameFault(name, RULE_LIMITS.nameBytes);
    if (fault !== null) bad(`contactGroups[${index}]`, `The name contactGroups[${index}] ${fault}.`);
  });
  return [...new Set(value as string[])];
}

export function readLabels(findings: Findings, value: unknown): Readonly<Record<string, string>> {
  const bad = (field: string, message: string): void =>
    found(findings, 'rule_labels_invalid', { field, message, hint: 'Write a map of short texts: {"team": "web"}.' });
  if (!isObject(value)) {
    bad('labels', `labels is ${kindOf(value)}, not an object.`);
    return {};
  }
  const names = Object.keys(value);
  if (names.length > RULE_LIMITS.labels)
    bad('labels', `There are ${names.length} labels, more than ${RULE_LIMITS.labels}.`);
  for (const name of names.slice(0, RULE_LIMITS.labels)) {
    const at = `labels.${name.slice(0, 64)}`;
    const fault = nameFault(name, RULE_LIMITS.nameBytes);
    const text = value[name];
    if (fault !== null) bad(at, `The label name ${fault}.`);
    else if (typeof text !== 'string') bad(at, `The label's value is ${kindOf(text)}, not a text.`);
    else if (longerThan(text, RULE_LIMITS.labelValueBytes))
      bad(at, `The label's value is longer than ${RULE_LIMITS.labelValueBytes} bytes.`);
    else if (!text.isWellFormed()) bad(at, "The label's value holds half of a surrogate pair.");
  }
  return { ...value } as Readonly<Record<string, string>>;
}
