import { applyEntry, createFold, type FoldState } from '@cloudbell/core/alert/fold.ts';
import type { LogRecord, RuleRecord, SamplesRecord } from '@cloudbell/core/alert/log-record.ts';
import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';
import type { Statistic } from '@cloudbell/core/metric/statistic.ts';
import { sha256Hex } from '../packages/server/src/base/digest.ts';

/** What the benchmarks of the fold and of the log have in common: many series, one rule over all, times as a log has them. */
export const START = 1_700_000_000_000 - (1_700_000_000_000 % 60_000);

export function benchFold(): FoldState {
  return createFold({ partition: 0, digest: sha256Hex });
}

/** `statistic > 95`, over one minute, grace 10 s. */
export function benchRule(ruleId: string, over: { metricName?: string; statistic?: Statistic } = {}): RuleRecord {
  const { metricName = 'm', statistic = 'Average' } = over;
  const rule = {
    ...{ account: '1', ruleId, version: 1, ruleName: ruleId, enabled: true, namespace: 'bench', metricName },
    ...{ resources: [], period: 60, grace: 10, webhook: null, callbackProfile: null, contactGroups: [] },
    escalations: {
      warn: { statistics: statistic, comparisonOperator: 'GreaterThanThreshold' as const, threshold: 95, times: 1 },
    },
    ...{ silenceTime: 86_400, sendOk: true, effectiveInterval: '00:00-23:59', noDataPeriods: null, labels: {} },
    noDataPolicy: 'KEEP_LAST_STATE' as const,
  };
  return { kind: 'rule', account: '1', ruleId, version: 1, rule, closeNotify: false };
}

export function benchSeries(id: number, metricName = 'm'): SeriesDefinition {
  const dimensions = { instanceId: `i-${id}`, region: 'cn-hangzhou', job: 'node' };
  return { id, account: '1', namespace: 'bench', metricName, dimensions, instanceName: null };
}

/** One sample of each series in [from, to), at one time. */
export function benchSamples(from: number, to: number, at: number, value: (id: number) => number): SamplesRecord {
  const count = to - from;
  const seriesIds = Uint32Array.from({ length: count }, (_, i) => from + i);
  return {
    ...{ kind: 'samples', seriesIds, timestamps: new Float64Array(count).fill(at) },
    values: Float64Array.from(seriesIds, value),
  };
}

/** 1 % of the series fire in a minute that `fires`. */
export const calm = (id: number): number => id % 90;
export const firing = (id: number): number => (id % 100 === 0 ? 99 : id % 90);

export class BenchLog {
  readonly fold: FoldState;
  position = 0n;

  constructor(fold: FoldState) {
    this.fold = fold;
  }

  apply(time: number, ...records: LogRecord[]): number {
    this.position += 1n;
    return applyEntry(this.fold, { position: this.position, time, skew: 0, records }).length;
  }

  /** Defines series in entries of 10,000. */
  define(count: number, time: number, metricName = 'm'): void {
    for (let from = 0; from < count; from += 10_000) {
      const series = Array.from({ length: Math.min(10_000, count - from) }, (_, i) =>
        benchSeries(from + i, metricName),
      );
      this.apply(time, { kind: 'series', series });
    }
  }
}
