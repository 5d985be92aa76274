import { LabelWriter } from '@cloudbell/core/wire/label-writer.ts';
import type { SampleRows } from '@cloudbell/core/wire/sample-rows.ts';
import { decodeText } from '@cloudbell/core/wire/text-format.ts';
import { asError } from '../base/errors.ts';
import type { SampleIntake } from '../ports/sample-intake.ts';
import type { TargetAnswer } from './fetch-target.ts';
import type { ScrapeJob } from './job.ts';

export interface ScrapeDeps {
  readonly account: string;
  readonly ingest: Pick<SampleIntake, 'rows'>;
  readonly fetch: (target: URL, job: ScrapeJob) => Promise<TargetAnswer>;
  readonly monoMs: () => number;
}

/**
 * One scrape: what the target says, and of the scrape itself `up`, `scrape_duration_seconds` and
 * `scrape_samples_scraped`, in one batch. A target that does not answer, or not in a form that can be read, is `up 0`
 * with nothing else. Answers why, or null; rejects when nothing could be stored.
 */
export async function scrapeTarget(
  target: URL,
  job: ScrapeJob,
  { timestampMs, ...deps }: ScrapeDeps & { readonly timestampMs: number },
): Promise<Error | null> {
  const startedAt = deps.monoMs();
  let answer: TargetAnswer | null = null;
  let failure: Error | null = null;
  try {
    answer = await deps.fetch(target, job);
  } catch (thrown) {
    failure = asError(thrown);
  }
  const seconds = (deps.monoMs() - startedAt) / 1000;
  const own = ownLabels(target, job);
  const store = (text: TargetAnswer | null) =>
    deps.ingest.rows(deps.account, job.namespace, (rows) => {
      const samples = text === null ? 0 : decode(rows, text, { job, own, timestampMs });
      addOwn(rows, own, { up: text === null ? 0 : 1, seconds, samples, timestampMs });
    });
  if (answer !== null) {
    try {
      const { problem } = await store(answer);
      return problem === null ? null : new Error(problem.message);
    } catch (thrown) {
      const error = asError(thrown) as Error & { code?: string };
      if (error.code !== 'text_malformed' && error.code !== 'batch_too_large') throw error;
      failure = error;
    }
  }
  await store(null);
  return failure;
}

function ownLabels(target: URL, job: ScrapeJob): ReadonlyMap<string, string> {
  const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port;
  return new Map([['job', job.name], ['instance', `${target.hostname}:${port}`], ...Object.entries(job.labels)]);
}

function decode(
  rows: SampleRows,
  { body, isOpenMetrics }: TargetAnswer,
  by: { readonly job: ScrapeJob; readonly own: ReadonlyMap<string, string>; readonly timestampMs: number },
): number {
  return decodeText(body, body.length, rows, {
    ...{ isOpenMetrics, timestampMs: by.timestampMs, keepsTimestamps: by.job.honorTimestamps },
    ...{ shared: by.own, onConflict: by.job.honorLabels ? 'keep' : 'export' },
  });
}

function addOwn(
  rows: SampleRows,
  own: ReadonlyMap<string, string>,
  of: { readonly up: number; readonly seconds: number; readonly samples: number; readonly timestampMs: number },
): void {
  const labels = new LabelWriter();
  for (const [metricName, value] of [
    ['up', of.up],
    ['scrape_duration_seconds', of.seconds],
    ['scrape_samples_scraped', of.samples],
  ] as const) {
    labels.begin();
    labels.text('__name__', metricName);
    for (const [name, text] of own) labels.text(name, text);
    rows.add(rows.slotOf(labels.bytes, 0, labels.length), of.timestampMs, value);
  }
}
