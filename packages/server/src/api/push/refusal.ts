import type { Problem } from '@cloudbell/core/contract/problem.ts';
import type { RowsAnswer } from '../../ports/sample-intake.ts';

/** What is answered where rows were refused: how many, why, and the first in its own words; null where none was. */
export function refusalOf({ accepted, refused, problem }: RowsAnswer): Problem | null {
  if (problem === null) return null;
  const reasons = Object.entries(refused).sort(([, a], [, b]) => b - a);
  const count = reasons.reduce((sum, [, each]) => sum + each, 0);
  const why = reasons.map(([code, each]) => `${each} ${code}`).join(', ');
  return {
    code: accepted > 0 ? 'samples_rejected_in_part' : 'samples_rejected',
    message: `${count} of ${count + accepted} samples were refused (${why}). The first: ${problem.message}`,
    field: problem.field,
    hint: problem.hint,
  };
}
