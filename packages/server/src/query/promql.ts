import type { Evaluated, Frame, Steps } from '@cloudbell/core/promql/column.ts';
import { evaluate, type Selection } from '@cloudbell/core/promql/evaluate.ts';
import { parsePromql } from '@cloudbell/core/promql/parse.ts';
import { instantResult, rangeResult } from '@cloudbell/core/promql/result.ts';
import { CloudbellError } from '../base/errors.ts';
import type { InstantQuestion, PromqlScope, StepsQuestion } from '../ports/promql-history.ts';
import { compilePattern } from './compile-pattern.ts';
import { type FoundSeries, findSeries } from './find-series.ts';
import type { QueryOptions } from './options.ts';
import { newPace } from './pace.ts';
import { readSelection } from './read-selection.ts';

export async function instantData(question: InstantQuestion, options: QueryOptions): Promise<string> {
  const steps = { start: question.at, count: 1, stepMs: 1 };
  return answered(question, { steps, options, resultOf: instantResult });
}

export async function rangeData(question: StepsQuestion, options: QueryOptions): Promise<string> {
  return answered(question, { steps: question, options, resultOf: rangeResult });
}

async function answered(
  question: PromqlScope & { readonly query: string },
  {
    steps,
    options,
    resultOf,
  }: {
    readonly steps: Steps;
    readonly options: QueryOptions;
    readonly resultOf: (evaluated: Evaluated, frame: Frame) => Promise<string>;
  },
): Promise<string> {
  const expression = parsePromql(question.query, compilePattern);
  await options.catchUp();
  const { seriesMax, pointsMax } = options.limits;
  const pace = newPace(options);
  let points = 0;
  const onKept = (more: number): void => {
    points += more;
    if (points > pointsMax) throw tooMany(pointsMax, 'points would have to be answered');
  };
  const select = async function* (selection: Selection) {
    const found: FoundSeries[] = [];
    for await (const one of findSeries(selection.selector.matchers, question, { store: options.store, pace })) {
      found.push(one);
      if (found.length > seriesMax) throw tooMany(seriesMax, 'series match');
    }
    yield* readSelection(found, selection, { options, pace });
  };
  return resultOf(evaluate(expression, { steps, onKept, select }), { steps, onKept });
}

const tooMany = (max: number, what: string): CloudbellError =>
  new CloudbellError('range_too_large', {
    message: `More than ${max} ${what}.`,
    hint: 'Select fewer series, a shorter time or a longer step.',
  });
