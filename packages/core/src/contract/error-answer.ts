import { z } from 'zod';

export const problemForm = z.strictObject({
  code: z.string().meta({ description: 'Stable; listed in docs/errors.md' }),
  message: z.string(),
  field: z.string().optional().meta({ description: 'Path of the offending field' }),
  hint: z.string().meta({ description: 'What to do' }),
});

/** Every error of every path: the first problem, and all of them when there are several. */
export const errorAnswer = z.strictObject({
  error: problemForm.extend({
    problems: z
      .array(problemForm)
      .optional()
      .meta({ description: 'All that is wrong, when it is more than one thing' }),
    currentVersion: z.int().nullable().optional().meta({ description: 'With 412: null when there is nothing stored' }),
    requestId: z.string().optional().meta({ description: 'internal_error: what the log has it under' }),
  }),
});
export type ErrorAnswer = z.output<typeof errorAnswer>;
