import type { RuleFields, WantedRule } from './rules-file.ts';
import { aligned, type Paint } from './terminal.ts';

/** A rule as the server has it. */
export interface PresentRule {
  readonly ruleId: string;
  readonly version: number;
  readonly fields: RuleFields;
}

/** `before`, `after`: what stands at `path`; undefined where nothing does. */
export interface FieldChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

export type Step =
  | { readonly kind: 'create'; readonly rule: WantedRule; readonly changes: readonly FieldChange[] }
  | {
      readonly kind: 'change';
      readonly rule: WantedRule;
      readonly changes: readonly FieldChange[];
      readonly version: number;
    }
  | { readonly kind: 'delete'; readonly ruleId: string; readonly version: number };

export interface Plan {
  readonly steps: readonly Step[];
  readonly unchanged: number;
  /** Rules in no file that stay because `--prune` was not given. */
  readonly others: number;
}

/** What leads from the present rules to the wanted ones: in the files' order, deletions last. Pure. */
export function planRules(wanted: readonly WantedRule[], present: readonly PresentRule[], prune: boolean): Plan {
  const byId = new Map(present.map((rule) => [rule.ruleId, rule]));
  const steps: Step[] = [];
  for (const rule of wanted) {
    const now = byId.get(rule.ruleId);
    byId.delete(rule.ruleId);
    if (now === undefined) {
      steps.push({ kind: 'create', rule, changes: changesBetween(undefined, rule.input) });
      continue;
    }
    const changes = changesBetween(now.fields, rule.fields);
    if (changes.length > 0) steps.push({ kind: 'change', rule, changes, version: now.version });
  }
  const unchanged = wanted.length - steps.length;
  if (!prune) return { steps, unchanged, others: byId.size };
  for (const { ruleId, version } of byId.values()) steps.push({ kind: 'delete', ruleId, version });
  return { steps, unchanged, others: 0 };
}

/** Differences leaf by leaf; lists are leaves. The order of an object's members says nothing. */
export function changesBetween(before: unknown, after: unknown, path = ''): FieldChange[] {
  const [left, right] = [members(before), members(after)];
  if (
    (left === null && right === null) ||
    (left === null && before !== undefined) ||
    (right === null && after !== undefined)
  ) {
    return sameValue(before, after) ? [] : [{ path, before, after }];
  }
  const names = [...new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])];
  if (names.length === 0) return sameValue(before, after) ? [] : [{ path, before, after }];
  return names.flatMap((name) => changesBetween(left?.[name], right?.[name], path === '' ? name : `${path}.${name}`));
}

const members = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  const object = members(value);
  if (object === null) return value ?? null;
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((name) => [name, canonical(object[name])]),
  );
}

/** The plan for people: one block a rule, one aligned line a field, and the count. */
export function planText(plan: Plan, paint: Paint): string {
  const blocks = plan.steps.map((step) => {
    if (step.kind === 'delete') return paint('red', `- ${step.ruleId}`);
    if (step.kind === 'create') {
      const rows = step.changes.map(({ path, after }) => [path, shown(after)]);
      return [paint('green', `+ ${step.rule.ruleId}`), ...aligned(rows).map((line) => `    ${line}`)].join('\n');
    }
    const rows = step.changes.map(({ path, before, after }) => [path, shown(before), '→', shown(after)]);
    return [paint('yellow', `~ ${step.rule.ruleId}`), ...aligned(rows).map((line) => `    ${line}`)].join('\n');
  });
  return [...blocks, summary(plan)].join('\n');
}

function summary({ steps, unchanged, others }: Plan): string {
  const count = (kind: Step['kind']): number => steps.filter((step) => step.kind === kind).length;
  const parts = [
    [count('create'), 'to create'],
    [count('change'), 'to change'],
    [count('delete'), 'to delete'],
    [unchanged, 'unchanged'],
    [others, 'in no file (--prune deletes those)'],
  ].filter(([number]) => number !== 0);
  return parts.length === 0 ? 'No rules.' : `${parts.map(([number, what]) => `${number} ${what}`).join(', ')}.`;
}

/** Control characters as escapes: a rule from elsewhere must not move anybody's cursor. */
function shown(value: unknown): string {
  if (value === undefined) return '–';
  const text = typeof value === 'string' && /^[\w./:%@ +=<>-]+$/.test(value) ? value : JSON.stringify(value);
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
