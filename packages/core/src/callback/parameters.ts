import type { Alert } from '../alert/alert.ts';
import type { NotificationIntent } from '../alert/effect.ts';
import { type Dimensions, dimensionsText, orderedNames } from '../metric/dimensions.ts';
import { plainDecimal } from '../metric/number.ts';
import { type FormParameters, serializeForm } from './form.ts';
import { formSignature, SIGNATURE_PARAMETER } from './form-signature.ts';
import type { HmacBase64 } from './hmac.ts';
import { callbackNamespace } from './namespace-map.ts';

/**
 * What a callback says, in its three profiles (design.md §7; semantics.md, Callback fields):
 * - classic: the 14 documented parameters plus `signature`, in the order of the documented sample;
 * - extended: those plus the vendor's eight undocumented ones, 23 in all, times in ms;
 * - json: the extended fields as one object with numbers, objects and nulls, and no `signature` (headers sign the bytes).
 * A rule with labels adds `customLabels` to extended and json: receivers are told to expect additions.
 */
export interface CallbackContent {
  readonly alert: Alert;
  readonly intent: NotificationIntent;
}

/** Names of the classic profile in order; `signature` stands fourth. */
export const CLASSIC_NAMES = [
  'expression',
  'metricName',
  'instanceName',
  SIGNATURE_PARAMETER,
  'metricProject',
  'userId',
  'curValue',
  'alertName',
  'namespace',
  'triggerLevel',
  'alertState',
  'preTriggerLevel',
  'ruleId',
  'dimensions',
  'timestamp',
] as const;

/** What extended adds, after the classic ones. */
export const EXTENDED_ONLY_NAMES = [
  'rawMetricName',
  'transId',
  'groupId',
  'productGroupName',
  'lastTime',
  'unit',
  'regionId',
  'regionName',
] as const;

/** The 14 parameters of the documented sample, unsigned. */
export function classicParameters({ alert, intent }: CallbackContent): [name: string, value: string][] {
  return [
    ['expression', orNull(intent.expression)],
    ['metricName', alert.metricName],
    ['instanceName', orNull(instanceNameOf(alert))],
    ['metricProject', callbackNamespace(alert.namespace)],
    ['userId', alert.account],
    ['curValue', intent.curValue === null ? 'null' : plainDecimal(intent.curValue)],
    ['alertName', intent.rule.ruleName],
    ['namespace', callbackNamespace(alert.namespace)],
    ['triggerLevel', intent.triggerLevel],
    ['alertState', intent.alertState],
    ['preTriggerLevel', orNull(intent.preTriggerLevel)],
    ['ruleId', alert.ruleId],
    ['dimensions', dimensionsText(alert.dimensions)],
    ['timestamp', String(Math.floor(intent.timestamp / 1000))],
  ];
}

/** The 22 parameters of the extended profile, unsigned, and `customLabels` when the rule has labels. */
export function extendedParameters(content: CallbackContent): [name: string, value: string][] {
  const { alert, intent } = content;
  const changed: ReadonlyMap<string, string> = new Map([
    ['namespace', alert.namespace],
    ['timestamp', String(Math.floor(intent.timestamp))],
  ]);
  const labels = intent.rule.labels;
  return [
    ...classicParameters(content).map(([name, value]): [string, string] => [name, changed.get(name) ?? value]),
    ['rawMetricName', alert.metricName],
    ['transId', orNull(intent.transId)],
    ['groupId', 'null'],
    ['productGroupName', 'null'],
    ['lastTime', durationText(intent.lastTimeMs)],
    ['unit', 'null'],
    ['regionId', 'null'],
    ['regionName', 'null'],
    ...(Object.keys(labels).length === 0 ? [] : [['customLabels', dimensionsText(labels)] as [string, string]]),
  ];
}

/** The json profile's text. */
export function jsonCallback(content: CallbackContent): string {
  const { alert, intent } = content;
  const labels = intent.rule.labels;
  const typed: ReadonlyMap<string, unknown> = new Map<string, unknown>([
    ['curValue', intent.curValue],
    ['dimensions', objectOf(alert.dimensions)],
    ['timestamp', Math.floor(intent.timestamp)],
    ['customLabels', objectOf(labels)],
  ]);
  const missing = new Set<string>(['groupId', 'productGroupName', 'unit', 'regionId', 'regionName']);
  if (intent.expression === null) missing.add('expression');
  if (instanceNameOf(alert) === null) missing.add('instanceName');
  if (intent.preTriggerLevel === null) missing.add('preTriggerLevel');
  if (intent.transId === null) missing.add('transId');
  const members = extendedParameters(content).map(([name, value]): [string, unknown] => {
    if (missing.has(name)) return [name, null];
    return [name, typed.has(name) ? typed.get(name) : value.toWellFormed()];
  });
  return JSON.stringify(Object.fromEntries(members));
}

/** The body of a form profile: the parameters with `signature` at its documented place. */
export function signedForm(
  parameters: [name: string, value: string][],
  primarySecret: string,
  hmacBase64: HmacBase64,
): string {
  const signature = formSignature(parameters, primarySecret, hmacBase64);
  const place = CLASSIC_NAMES.indexOf(SIGNATURE_PARAMETER);
  const signed: FormParameters = [
    ...parameters.slice(0, place),
    [SIGNATURE_PARAMETER, signature],
    ...parameters.slice(place),
  ];
  return serializeForm(signed);
}

/** The sample's own name, else what the dimensions offer (semantics.md, Callback fields). */
export function instanceNameOf(alert: Pick<Alert, 'instanceName' | 'dimensions'>): string | null {
  if (alert.instanceName !== null) return alert.instanceName;
  for (const name of ['instanceName', 'instance', 'instanceId']) {
    if (Object.hasOwn(alert.dimensions, name)) return alert.dimensions[name] ?? null;
  }
  return null;
}

/** The vendor's form, whole minutes: `2 minutes`. */
function durationText(durationMs: number): string {
  return `${Math.max(0, Math.floor(durationMs / 60_000))} minutes`;
}

function orNull(text: string | null): string {
  return text ?? 'null';
}

/** Own members only, so a dimension called `__proto__` stays one. */
function objectOf(dimensions: Dimensions): Record<string, string> {
  return Object.fromEntries(
    orderedNames(dimensions).map((name) => [name.toWellFormed(), (dimensions[name] ?? '').toWellFormed()]),
  );
}
