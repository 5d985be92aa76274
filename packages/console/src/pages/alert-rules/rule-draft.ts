import type { Dimensions } from '@cloudbell/core/metric/dimensions.ts';
import type { Rule } from '../../data/rules.ts';
import { pairsOf, textOfPairs } from './pairs-text.ts';

/**
 * A rule while somebody types it: every field as text, so that nothing typed is lost, however wrong. The server says
 * what is wrong; this only turns texts into JSON, and a text that is no number goes out as it is.
 */
export const LEVEL_FIELDS = ['critical', 'warn', 'info'] as const;
export type LevelField = (typeof LEVEL_FIELDS)[number];

export interface LevelDraft {
  readonly isOn: boolean;
  readonly statistics: string;
  readonly comparisonOperator: string;
  readonly threshold: string;
  readonly times: string;
}

export interface RuleDraft {
  readonly ruleId: string;
  readonly ruleName: string;
  readonly enabled: boolean;
  readonly namespace: string;
  readonly metricName: string;
  /** Off: every resource. */
  readonly picksResources: boolean;
  /** `instanceId=i-12, disk=/` each. */
  readonly resources: readonly string[];
  readonly period: string;
  readonly levels: Readonly<Record<LevelField, LevelDraft>>;
  readonly webhook: string;
  /** Empty: as the deployment says. */
  readonly callbackProfile: string;
  readonly contactGroups: readonly string[];
  /** Empty: never. */
  readonly silenceTime: string;
  readonly sendOk: boolean;
  readonly grace: string;
  readonly intervalFrom: string;
  readonly intervalTo: string;
  readonly noDataPolicy: string;
  readonly noDataPeriods: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
}

const NO_LEVEL: LevelDraft = {
  isOn: false,
  statistics: 'Average',
  comparisonOperator: 'GreaterThanOrEqualToThreshold',
  threshold: '',
  times: '3',
};

export const NEW_RULE: RuleDraft = {
  ruleId: '',
  ruleName: '',
  enabled: true,
  namespace: 'acs_ecs',
  metricName: '',
  picksResources: false,
  resources: [''],
  period: '60',
  levels: { critical: NO_LEVEL, warn: { ...NO_LEVEL, isOn: true }, info: NO_LEVEL },
  webhook: '',
  callbackProfile: '',
  contactGroups: [],
  silenceTime: '86400',
  sendOk: true,
  grace: '',
  intervalFrom: '00:00',
  intervalTo: '23:59',
  noDataPolicy: 'KEEP_LAST_STATE',
  noDataPeriods: '',
  labels: [],
};

export function draftOf(rule: Rule): RuleDraft {
  const [intervalFrom = '00:00', intervalTo = '23:59'] = rule.effectiveInterval.split('-');
  return {
    ruleId: rule.ruleId,
    ruleName: rule.ruleName,
    enabled: rule.enabled,
    namespace: rule.namespace,
    metricName: rule.metricName,
    picksResources: rule.resources.length > 0,
    resources: rule.resources.length === 0 ? [''] : rule.resources.map(textOfPairs),
    period: String(rule.period),
    levels: {
      critical: levelDraft(rule.escalations.critical),
      warn: levelDraft(rule.escalations.warn),
      info: levelDraft(rule.escalations.info),
    },
    webhook: rule.webhook ?? '',
    callbackProfile: rule.callbackProfile ?? '',
    contactGroups: rule.contactGroups,
    silenceTime: rule.silenceTime === null ? '' : String(rule.silenceTime),
    sendOk: rule.sendOk,
    grace: rule.grace === defaultGrace(rule.period) ? '' : String(rule.grace),
    intervalFrom,
    intervalTo,
    noDataPolicy: rule.noDataPolicy,
    noDataPeriods: rule.noDataPeriods === null ? '' : String(rule.noDataPeriods),
    labels: Object.entries(rule.labels),
  };
}

const levelDraft = (level: Rule['escalations']['warn']): LevelDraft =>
  level === undefined
    ? NO_LEVEL
    : { ...level, isOn: true, threshold: String(level.threshold), times: String(level.times) };

/** As core's parseRule fills it in; shown as empty, so that it follows the period when that is changed. */
const defaultGrace = (period: number): number => Math.min(10, Math.max(0.5, period / 2));

/** The JSON to PUT. */
export function bodyOf(draft: RuleDraft): Record<string, unknown> {
  const levels = LEVEL_FIELDS.filter((level) => draft.levels[level].isOn);
  return {
    ruleName: draft.ruleName.trim(),
    enabled: draft.enabled,
    namespace: draft.namespace.trim(),
    metricName: draft.metricName.trim(),
    resources: draft.picksResources ? draft.resources.filter((text) => text.trim() !== '').map(pairsOf) : [],
    period: numberOr(draft.period),
    escalations: Object.fromEntries(levels.map((level) => [level, escalationOf(draft.levels[level])])),
    webhook: draft.webhook.trim() === '' ? null : draft.webhook.trim(),
    callbackProfile: draft.callbackProfile === '' ? null : draft.callbackProfile,
    contactGroups: draft.contactGroups,
    silenceTime: draft.silenceTime.trim() === '' ? null : numberOr(draft.silenceTime),
    sendOk: draft.sendOk,
    grace: draft.grace.trim() === '' ? null : numberOr(draft.grace),
    effectiveInterval: `${draft.intervalFrom}-${draft.intervalTo}`,
    noDataPolicy: draft.noDataPolicy,
    noDataPeriods: draft.noDataPeriods.trim() === '' ? null : numberOr(draft.noDataPeriods),
    labels: labelsOf(draft.labels),
  };
}

const escalationOf = ({ statistics, comparisonOperator, threshold, times }: LevelDraft) => ({
  statistics,
  comparisonOperator,
  threshold: numberOr(threshold),
  times: numberOr(times),
});

/** `null` says "missing" to the server, which names the field; `twelve` goes out as it is, and is named too. */
function numberOr(text: string): number | string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : trimmed;
}

function labelsOf(labels: RuleDraft['labels']): Dimensions {
  return Object.fromEntries(labels.filter(([name, value]) => name.trim() !== '' || value !== ''));
}

/** `Memory usage, web` → `memory-usage-web`; what names nothing in Latin letters gets `rule`. */
export function ruleIdFrom(name: string, taken: ReadonlySet<string>): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  const base = words === '' ? 'rule' : words;
  for (let count = 1; ; count++) {
    const id = count === 1 ? base : `${base}-${count}`;
    if (!taken.has(id)) return id;
  }
}
