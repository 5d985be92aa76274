import { type Paint, safeText } from '../base/terminal-text.ts';
import type { Plan, Step } from './rules-plan.ts';
import { aligned } from './table.ts';

/** The plan for people: one block a thing, one aligned line a field, and the count. */
export function planText(plan: Plan, paint: Paint): string {
  const blocks = plan.steps.map((step) => {
    const head = `${step.kind.noun} ${shown(step.id)}`;
    if (step.action === 'delete') return paint('red', `- ${head}`);
    if (step.action === 'create') {
      const rows = step.changes.map(({ path, after }) => [path, shown(after)]);
      return [paint('green', `+ ${head}`), ...aligned(rows).map((line) => `    ${line}`)].join('\n');
    }
    const rows = step.changes.map(({ path, before, after }) => [path, shown(before), '→', shown(after)]);
    return [paint('yellow', `~ ${head}`), ...aligned(rows).map((line) => `    ${line}`)].join('\n');
  });
  return [...blocks, summary(plan)].join('\n');
}

function summary({ steps, unchanged, others }: Plan): string {
  const count = (action: Step['action']): number => steps.filter((step) => step.action === action).length;
  const parts = [
    [count('create'), 'to create'],
    [count('change'), 'to change'],
    [count('delete'), 'to delete'],
    [unchanged, 'unchanged'],
    [others, 'in no file (--prune deletes those)'],
  ].filter(([number]) => number !== 0);
  return parts.length === 0
    ? 'Nothing there, and nothing in the files.'
    : `${parts.map(([number, what]) => `${number} ${what}`).join(', ')}.`;
}

/** Control characters as escapes: a rule from elsewhere must not move anybody's cursor. */
function shown(value: unknown): string {
  if (value === undefined) return '–';
  const text = typeof value === 'string' && /^[\w./:%@ +=<>-]+$/.test(value) ? value : JSON.stringify(value);
  return safeText(text);
}
