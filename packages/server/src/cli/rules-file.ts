import { WIDEST_NAME_LIMITS } from '@cloudbell/core/metric/dimension-rules.ts';
import { parseRule, RULE_FIELDS } from '@cloudbell/core/rule/parse-rule.ts';
import type { Rule } from '@cloudbell/core/rule/rule.ts';
import { parseDocument, stringify } from 'yaml';
import { UsageError } from './terminal.ts';

/** A rule as compared and written: every default filled in, without what the server adds. */
export type RuleFields = Omit<Rule, 'account' | 'ruleId' | 'version'>;

/** A rule as a file wants it. */
export interface WantedRule {
  readonly ruleId: string;
  /** As written, to send. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly fields: RuleFields;
}

/** Takes what any deployment could. */
const ANY_SERVER = { checkWebhook: () => null, limits: WIDEST_NAME_LIMITS };

/**
 * Reads `rules: {id: rule}` from the texts of files, in order. Everything the server would refuse is found here, but
 * for what only it knows (allowed addresses, numbers of rules, its own limits of names); throws {@link UsageError} naming file, rule and field.
 */
export function readRulesFiles(files: readonly { readonly name: string; readonly text: string }[]): WantedRule[] {
  const wanted = new Map<string, WantedRule>();
  const problems: string[] = [];
  for (const { name, text } of files) {
    for (const [ruleId, input] of Object.entries(rulesOf(name, text))) {
      if (wanted.has(ruleId)) problems.push(`${name}: ${ruleId} is in another file too`);
      const parsed = parseRule('', ruleId, input, ANY_SERVER);
      if ('problems' in parsed) {
        for (const { message, hint } of parsed.problems) problems.push(`${name}: ${ruleId}: ${message} ${hint}`);
      } else {
        wanted.set(ruleId, { ruleId, input: input as WantedRule['input'], fields: fieldsOf(parsed.rule) });
      }
    }
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n           '));
  return [...wanted.values()];
}

function rulesOf(name: string, text: string): Readonly<Record<string, unknown>> {
  const document = parseDocument(text);
  const broken = document.errors[0];
  if (broken !== undefined) throw new UsageError(`${name}: ${broken.message.split('\n', 1)[0]}`);
  const content: unknown = document.toJS();
  const rules = isMapping(content) ? content.rules : undefined;
  if (!isMapping(content) || !isMapping(rules)) throw new UsageError(`${name}: has no mapping "rules" of ids to rules`);
  const other = Object.keys(content).find((key) => key !== 'rules');
  if (other !== undefined) throw new UsageError(`${name}: "${other}" is not known beside "rules"`);
  return rules;
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The comparable part of a rule, also of one with members that this version does not know. */
export function fieldsOf(rule: object): RuleFields {
  const known = RULE_FIELDS.filter((field) => Object.hasOwn(rule, field));
  return Object.fromEntries(
    known.map((field) => [field, (rule as Record<string, unknown>)[field]]),
  ) as unknown as RuleFields;
}

/** The text of `rules export`: what is as it would be by default is left out. Reading it back gives the same rules. */
export function rulesText(rules: readonly { readonly ruleId: string; readonly fields: RuleFields }[]): string {
  return stringify(
    { rules: Object.fromEntries(rules.map(({ ruleId, fields }) => [ruleId, withoutDefaults(ruleId, fields)])) },
    { lineWidth: 0 },
  );
}

const REQUIRED = ['namespace', 'metricName', 'period', 'escalations'] as const;

function withoutDefaults(ruleId: string, fields: RuleFields): Partial<RuleFields> {
  const required = Object.fromEntries(REQUIRED.map((field) => [field, fields[field]]));
  const parsed = parseRule('', ruleId, required, ANY_SERVER);
  const defaults: Readonly<Record<string, unknown>> = 'rule' in parsed ? fieldsOf(parsed.rule) : {};
  const told = Object.entries(fields).filter(
    ([field, value]) =>
      (REQUIRED as readonly string[]).includes(field) || JSON.stringify(value) !== JSON.stringify(defaults[field]),
  );
  return Object.fromEntries(told) as Partial<RuleFields>;
}
