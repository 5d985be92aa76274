import type { MessagePort } from 'node:worker_threads';
import type { SamplesRecord } from '@cloudbell/core/alert/log-record.ts';
import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';
import { type Remote, remote } from '../base/thread.ts';
import type { LogWriter } from '../ports/log-writer.ts';

/**
 * The log's writer across threads. Definitions of series go as JSON: one text is copied in one go, and writing and
 * reading it takes a third of the time of cloning the objects. A batch's arrays move instead of being copied.
 */
interface LogMessages extends Pick<LogWriter, 'appendRecords' | 'expire' | 'status'> {
  appendSamples(partition: number, series: string, samples: SamplesRecord): Promise<void>;
  series(partition: number, fromId: number, limit: number): Promise<string>;
}

/** What the log thread serves. */
export function logMessages(writer: LogWriter): LogMessages {
  return {
    appendSamples: (partition, series, samples) => writer.appendSamples(partition, { series: parse(series), samples }),
    appendRecords: (records) => writer.appendRecords(records),
    series: async (partition, fromId, limit) => JSON.stringify(await writer.series(partition, fromId, limit)),
    expire: (partition, seriesIds) => writer.expire(partition, seriesIds),
    status: () => writer.status(),
  };
}

/** The writer as the other end sees it. */
export function remoteLogWriter(port: MessagePort): Remote<LogWriter> {
  const messages = remote<LogMessages>(port, buffersOf);
  return {
    appendSamples: (partition, { series, samples }) =>
      messages.appendSamples(partition, series.length === 0 ? '' : JSON.stringify(series), samples),
    appendRecords: (records) => messages.appendRecords(records),
    series: async (partition, fromId, limit) => parse(await messages.series(partition, fromId, limit)),
    expire: (partition, seriesIds) => messages.expire(partition, seriesIds),
    status: () => messages.status(),
  };
}

const parse = (text: string): SeriesDefinition[] => (text === '' ? [] : JSON.parse(text));

function buffersOf(method: string, args: readonly unknown[]): ArrayBuffer[] {
  if (method !== ('appendSamples' satisfies keyof LogMessages)) return [];
  const { seriesIds, timestamps, values } = args[2] as SamplesRecord;
  return [seriesIds, timestamps, values].map((array) => array.buffer as ArrayBuffer);
}
