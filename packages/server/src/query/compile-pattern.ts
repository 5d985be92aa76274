import type { CompilePattern } from '@cloudbell/core/promql/matcher.ts';
import { invalid } from '@cloudbell/core/promql/promql-error.ts';
import { RE2JS } from 're2js';
import { asError } from '../base/errors.ts';

/** RE2, as Prometheus has it: a dot is any character, the whole text must match, and time is linear in the text. */
export const compilePattern: CompilePattern = (pattern) => {
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.DOTALL);
    return (text) => compiled.testExact(text);
  } catch (thrown) {
    throw invalid(asError(thrown).message);
  }
};
