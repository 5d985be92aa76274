import type { Problem } from '@cloudbell/core/contract/problem.ts';
import { ApiProblem } from '../../data/problem.ts';
import type { RuleDraft } from './rule-draft.ts';

/** What every part of the form is handed: what is typed, how to change it, and what the server found wrong. */
export interface DraftState {
  readonly draft: RuleDraft;
  readonly set: (change: Partial<RuleDraft>) => void;
  /** What is wrong with a field and what to do, as the field's error text; absent when nothing is. */
  readonly errorAt: (field: string) => string | undefined;
}

/** Every problem of a refused write. */
export const problemsOf = (error: unknown): readonly Problem[] => (error instanceof ApiProblem ? error.problems : []);

/** `escalations.warn.times` belongs to that field; `labels.team` to `labels`. */
export function errorAt(problems: readonly Problem[], field: string): string | undefined {
  const found = problems.find((problem) => belongsTo(problem.field, field));
  return found === undefined ? undefined : `${found.message} ${found.hint}`;
}

function belongsTo(at: string | undefined, field: string): boolean {
  if (at === undefined || !at.startsWith(field)) return false;
  const rest = at.slice(field.length);
  return rest === '' || rest.startsWith('.') || rest.startsWith('[');
}
