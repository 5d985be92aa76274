import { type Labels, labelOf } from '@cloudbell/core/promql/labels.ts';
import { parseMatch } from '@cloudbell/core/promql/parse-selector.ts';
import type { Listing, SeriesQuestion } from '../ports/promql-history.ts';
import { compilePattern } from './compile-pattern.ts';
import { type FoundSeries, findSeries } from './find-series.ts';
import type { QueryOptions } from './options.ts';
import { newPace } from './pace.ts';

/** What pickers ask for. A series is told as long as history has samples of it, whenever they are from. */

export async function matchingSeries(question: SeriesQuestion, options: QueryOptions): Promise<Listing<Labels>> {
  const found = new Map<number, Labels>();
  for await (const { number, labels } of seriesOf(question, options)) {
    if (found.size < question.limit) found.set(number, labels);
    else if (!found.has(number)) return { items: [...found.values()], hasMore: true };
  }
  return { items: [...found.values()], hasMore: false };
}

export const labelNames = (question: SeriesQuestion, options: QueryOptions): Promise<Listing<string>> =>
  gathered(question, options, Object.keys);

export const labelValues = (label: string, question: SeriesQuestion, options: QueryOptions): Promise<Listing<string>> =>
  gathered(question, options, (labels) => [labelOf(labels, label)].filter((value) => value !== ''));

/** The texts of all matching series: the first of them in order, each once. */
async function gathered(
  question: SeriesQuestion,
  options: QueryOptions,
  textsOf: (labels: Labels) => readonly string[],
): Promise<Listing<string>> {
  const texts = new Set<string>();
  for await (const { labels } of seriesOf(question, options)) for (const text of textsOf(labels)) texts.add(text);
  const all = [...texts].sort();
  return { items: all.slice(0, question.limit), hasMore: all.length > question.limit };
}

/** A series that several of the selectors match comes several times. */
async function* seriesOf(question: SeriesQuestion, options: QueryOptions): AsyncGenerator<FoundSeries> {
  const selectors = question.matches.map((match) => parseMatch(match, compilePattern));
  await options.catchUp();
  const search = { store: options.store, pace: newPace(options) };
  for (const matchers of selectors.length === 0 ? [[]] : selectors) yield* findSeries(matchers, question, search);
}
