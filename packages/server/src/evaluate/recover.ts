import { loadFold } from '@cloudbell/core/alert/checkpoint.ts';
import type { AlertEffect } from '@cloudbell/core/alert/effect.ts';
import {
  adoptAlerts,
  applyEntry,
  createFold,
  FOLD_VERSION,
  type FoldState,
  seedAcknowledgements,
  seedRules,
  seedSilences,
} from '@cloudbell/core/alert/fold.ts';
import type { LogEntry, Position } from '@cloudbell/core/alert/log-record.ts';
import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';
import { partitionKey } from '@cloudbell/core/metric/series.ts';
import type { Logger } from '../base/logger.ts';
import type { CommitStore } from '../ports/commit-store.ts';
import type { Checkpoint, LogTail, SampleLog } from '../ports/sample-log.ts';

/**
 * Brings a fold to the end of its log at start (semantics.md, Log, fold, commit, restart).
 *
 * - Checkpoint of this fold version, not past the committed position: load it and replay what follows. Exact.
 * - None, of another version, or past the committed position (an older store was restored): a new fold takes series
 *   from the log, zones, rules and silences from the store, replay fills the windows, and committed alerts with their
 *   acknowledgements win over what it decided; where there is none, the alert starts over.
 * - The log ends before the committed position (it was lost, or an older one was restored): likewise, and positions
 *   go on after the committed one.
 *
 * Effects at or below the committed position were committed before and are dropped; those after it are handed out.
 */
export interface Recovery {
  readonly state: FoldState;
  /** Folded up to here: the log's end. */
  readonly position: Position;
  readonly tail: LogTail;
  /** Position of the checkpoint that was used. */
  readonly checkpointed: Position | null;
  /** The stored checkpoint does not lead to this state: save one soon, so that the next start is exact. */
  readonly rebuilt: boolean;
}

export interface RecoverOptions {
  readonly partition: number;
  readonly partitions: number;
  readonly log: SampleLog;
  readonly commits: CommitStore;
  readonly digest: (text: string) => string;
  readonly logger: Logger;
  readonly committed: Position;
  /** Wall clock, ms: where log time begins when the log is empty. */
  readonly nowMs: number;
  /** Takes what has to be committed; resolves when more can be taken. */
  readonly onEffects: (position: Position, effects: readonly AlertEffect[]) => Promise<void>;
}

/** Silences that ended this long ago or less are taken: a replay may still pass through them. */
const SILENCES_MS = 7 * 86_400_000;
const PAGE_ENTRIES = 64;
const PAGE_SERIES = 10_000;

export async function recoverFold(options: RecoverOptions): Promise<Recovery> {
  const { partition, log, commits, committed } = options;
  const tail = await log.tail(partition);
  const checkpoint = await usableCheckpoint(options);
  const isBehind = tail.position < committed;
  const rebuilt = checkpoint === null || isBehind;
  const state = checkpoint?.state ?? (await newFold(options, tail));
  if (checkpoint !== null && isBehind) await seed(options, state);

  let position = checkpoint?.position ?? 0n;
  let adopted = !rebuilt;
  const adopt = async (): Promise<void> => {
    if (adopted) return;
    adopted = true;
    adoptAlerts(
      state,
      (await commits.liveAlerts()).filter((alert) => partitionKey(alert, options.partitions) === partition),
    );
    seedAcknowledgements(state, await commits.acknowledgeRecords());
  };
  for await (const entry of entriesAfter(log, partition, position)) {
    if (entry.position > committed) await adopt();
    const effects = applyEntry(state, entry);
    position = entry.position;
    if (position > committed) await options.onEffects(position, effects);
  }
  await adopt();
  if (isBehind) {
    await log.skipTo(partition, committed);
    position = committed;
  }
  return { state, position, tail, checkpointed: checkpoint?.position ?? null, rebuilt };
}

async function usableCheckpoint(options: RecoverOptions): Promise<{ state: FoldState; position: Position } | null> {
  const { partition, digest, logger, committed } = options;
  const checkpoint = await options.log.loadCheckpoint(partition);
  if (checkpoint === null) return null;
  const { position, foldVersion } = checkpoint;
  const reason = unusable(checkpoint, committed);
  if (reason === null) {
    try {
      return { state: loadFold({ partition, digest }, checkpoint), position };
    } catch (err) {
      logger.error({ err, partition, position: String(position) }, 'the checkpoint cannot be read');
      return null;
    }
  }
  logger.warn({ partition, position: String(position), foldVersion, reason }, 'the checkpoint is not used');
  return null;
}

function unusable({ position, foldVersion }: Checkpoint, committed: Position): string | null {
  if (foldVersion !== FOLD_VERSION) return `it is of fold version ${foldVersion}, this is ${FOLD_VERSION}`;
  if (position > committed) return 'it is past the committed position: an older store was restored';
  return null;
}

/** What the log may not hold any more. */
async function seed({ commits, nowMs }: RecoverOptions, state: FoldState): Promise<void> {
  seedRules(state, await commits.ruleRecords());
  seedSilences(state, await commits.silences(nowMs - SILENCES_MS));
}

/**
 * A new fold that knows every account's zone and every series, those of trimmed entries included, and begins where
 * the entries that are left begin: rules see samples from there on. They come before the series, which find them in an
 * index; the other way round each of many rules would look at all series.
 */
async function newFold(options: RecoverOptions, tail: LogTail): Promise<FoldState> {
  const { partition, digest, log, commits } = options;
  const state = createFold({ partition, digest });
  const end = tail.time > 0 ? tail : { time: options.nowMs, skew: 0 };
  const { time, skew } = (await log.read(partition, 0n, 1))[0] ?? end;
  applyEntry(state, { position: 0n, time, skew, records: await commits.zoneRecords() });
  await seed(options, state);
  let series: SeriesDefinition[];
  let fromId = 0;
  do {
    series = await log.series(partition, fromId, PAGE_SERIES);
    fromId += series.length;
    applyEntry(state, { position: 0n, time, skew, records: [{ kind: 'series', series }] });
  } while (series.length > 0);
  return state;
}

async function* entriesAfter(log: SampleLog, partition: number, after: Position): AsyncGenerator<LogEntry> {
  for (let position = after; ; ) {
    const page = await log.read(partition, position, PAGE_ENTRIES);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    position = last.position;
  }
}
