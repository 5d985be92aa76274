import type { LogEntry, RuleRecord, SamplesRecord } from '@cloudbell/core/alert/log-record.ts';
import type { Dimensions } from '@cloudbell/core/metric/dimensions.ts';
import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';
import type { Rule } from '@cloudbell/core/rule/rule.ts';
import { sha256Hex } from '../base/digest.ts';
import { CloudbellError } from '../base/errors.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import type { CommitStore } from '../ports/commit-store.ts';
import type { SampleLog } from '../ports/sample-log.ts';
import { Evaluator } from './evaluator.ts';
import type { EvaluatorOptions } from './options.ts';
import { createSimulatedCommits, type SimulatedCommits } from './simulated-commits.ts';

/** Where simulated time begins: a whole second, so that windows of 1 s begin here too. */
export const START = 1_700_000_000_000;

/** A log that can refuse, and that tells every entry ever made durable, trimmed ones included. */
export interface WatchedLog extends SampleLog {
  readonly entries: LogEntry[];
  refusing: boolean;
}

export interface Deployment {
  readonly clock: SimulatedClock;
  readonly log: WatchedLog;
  readonly commits: SimulatedCommits;
  /** Starts an evaluator on what the log and the store hold; `over` may replace either, as seen by this one. */
  start(over?: Partial<EvaluatorOptions>): Promise<Evaluator>;
  readonly deliveries: number[];
  readonly fatal: Error[];
}

export function createDeployment(engine: SampleLog, clock = new SimulatedClock(START)): Deployment {
  const log = watched(engine);
  const commits = createSimulatedCommits();
  const deliveries: number[] = [];
  const fatal: Error[] = [];
  const start = async (over: Partial<EvaluatorOptions> = {}): Promise<Evaluator> => {
    const evaluator = new Evaluator({
      log,
      commits: commits satisfies CommitStore,
      clock,
      digest: sha256Hex,
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
      onDeliveries: (count) => deliveries.push(count),
      onFatal: (error) => fatal.push(error),
      ...over,
    });
    await evaluator.start();
    return evaluator;
  };
  return { clock, log, commits, start, deliveries, fatal };
}

function watched(engine: SampleLog): WatchedLog {
  const log: WatchedLog = {
    ...engine,
    entries: [],
    refusing: false,
    append: async (partition, entry) => {
      if (log.refusing) throw new CloudbellError('log_unavailable', { message: 'The disk is full.' });
      const position = await engine.append(partition, entry);
      log.entries.push({ position, ...structuredClone(entry) });
      return position;
    },
  };
  return log;
}

/** Average >= 95 over 1 s, once, grace 0.5 s. */
export function ruleRecord(over: Partial<Rule> = {}): RuleRecord {
  const rule: Rule = {
    account: '1',
    ruleId: 'r1',
    version: 1,
    ruleName: 'memory',
    enabled: true,
    namespace: 'acs_ecs',
    metricName: 'Host.mem.usedutilization',
    resources: [],
    period: 1,
    escalations: {
      warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 1 },
    },
    webhook: 'http://127.0.0.1:9099/hook',
    callbackProfile: null,
    contactGroups: [],
    silenceTime: null,
    sendOk: true,
    grace: 0.5,
    effectiveInterval: '00:00-23:59',
    noDataPolicy: 'KEEP_LAST_STATE',
    noDataPeriods: null,
    labels: {},
    ...over,
  };
  const { account, ruleId, version } = rule;
  return { kind: 'rule', account, ruleId, version, rule, closeNotify: false };
}

export function seriesOf(id: number, dimensions: Dimensions = { instanceId: `i-${id}` }): SeriesDefinition {
  return {
    id,
    account: '1',
    namespace: 'acs_ecs',
    metricName: 'Host.mem.usedutilization',
    dimensions,
    instanceName: null,
  };
}

export function samplesOf(
  ...rows: readonly (readonly [id: number, timestamp: number, value: number])[]
): SamplesRecord {
  return {
    kind: 'samples',
    seriesIds: Uint32Array.from(rows, (row) => row[0]),
    timestamps: Float64Array.from(rows, (row) => row[1]),
    values: Float64Array.from(rows, (row) => row[2]),
  };
}
