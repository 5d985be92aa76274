import type { Position } from '@cloudbell/core/alert/log-record.ts';
import type { SampleLog } from './sample-log.ts';

/** The sample log for who follows it without writing (history): on a connection of its own, so nobody waits for it. */
export type LogReader = Pick<SampleLog, 'tail' | 'read' | 'series' | 'close'>;

/** Whoever follows the log says here what it still needs; the log's writer trims. */
export interface LogRetention {
  /** Entries from this position on are kept, as far as the writer's bound allows. A later call replaces the one before. */
  keepFrom(partition: number, position: Position): Promise<void>;
}
