import fc from 'fast-check';
import type { Rule } from '../rule/rule.ts';
import type { AlertEffect } from './effect.ts';
import { applyEntry, createFold, type FoldState } from './fold.ts';
import { ACCOUNT, hostSeries, ORIGIN, plainRule, standInDigest, withOption } from './fold-timeline.ts';
import { alertIdOf } from './ids.ts';
import type { LogEntry, LogRecord } from './log-record.ts';
import type { SilenceMatcher } from './silence.ts';

/** Test support: histories of a fold as fast-check draws them, with everything in them that a log can hold. */
export const OPTIONS = { partition: 0, digest: standInDigest };
const HOSTS = ['i-1', 'i-2', 'i-3'];
export const START = ORIGIN + 7.9 * 3_600_000;

interface Sample {
  readonly host: number;
  readonly value: number;
  /** ms before the entry's event time. */
  readonly age: number;
}

/** One step of a history; `after` is the time since the step before, ms. */
export type Happening =
  | { readonly kind: 'samples'; readonly after: number; readonly samples: readonly Sample[] }
  | { readonly kind: 'tick'; readonly after: number }
  | { readonly kind: 'gap'; readonly after: number }
  | { readonly kind: 'clock'; readonly after: number; readonly back: number }
  | { readonly kind: 'rule'; readonly after: number; readonly rule: number; readonly words: readonly string[] }
  | { readonly kind: 'delete'; readonly after: number; readonly rule: number; readonly closeNotify: boolean }
  | { readonly kind: 'dismiss'; readonly after: number; readonly rule: number; readonly host: number }
  | { readonly kind: 'zone'; readonly after: number; readonly timeZone: string }
  | {
      readonly kind: 'silence';
      readonly after: number;
      readonly silence: number;
      readonly by: SilenceMatcher;
      /** ms from now. */
      readonly from: number;
      readonly lasts: number;
    }
  | { readonly kind: 'acknowledge'; readonly after: number; readonly alert: number; readonly holds: boolean };

const statistic = fc.constantFrom(
  'Average',
  'Minimum',
  'Maximum',
  'Sum',
  'SampleCount',
  'LastValue',
  'CountPerSecond',
  'Rate',
  'Increase',
);

/** All levels of a rule look at one statistic, so that the value of a transition says what was compared. */
const escalationWords = fc
  .record({
    statistic,
    operator: fc.constantFrom('>=', '<', '=='),
    times: fc.tuple(...[1, 2, 3].map((m) => fc.integer({ min: 1, max: m }))),
  })
  .map(({ statistic: name, operator, times }) => [
    `critical=${name}${operator}99*${times[0]}`,
    `warn=${name}${operator}95*${times[1]}`,
    `info=${name}${operator}2*${times[2]}`,
  ]);

const otherWords = fc.array(
  fc.constantFrom(
    ...['period=10', 'period=30', 'period=60', 'grace=1', 'grace=5', 'grace=12', 'noData=KEEP_LAST_STATE', 'noData=OK'],
    ...['noData=INSUFFICIENT_DATA', 'noDataPeriods=2', 'silence=60', 'silence=never', 'sendOk=no', 'sendOk=yes'],
    ...['interval=08:00-17:59', 'interval=22:00-08:10', 'interval=00:00-23:59', 'host=i-1', 'host=i-1,i-2'],
    ...['enabled=no', 'enabled=yes', 'metric=other', 'metric=Host.mem.usedutilization', 'name=other'],
  ),
  { maxLength: 4 },
);
export const ruleWords = fc.tuple(escalationWords, otherWords).map(([levels, others]) => [...levels, ...others]);
const after = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 900_000 }) },
);
export const value = fc.constantFrom(1, 3, 12, 94.999, 95, 97.39, 99, 99.5);
export const host = fc.integer({ min: 0, max: HOSTS.length - 1 });
const ruleNumber = fc.integer({ min: 0, max: 1 });

const samples = fc.record({
  kind: fc.constant('samples' as const),
  after,
  samples: fc.array(fc.record({ host, value, age: fc.integer({ min: -3000, max: 30_000 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
});
const silencing = fc.record({
  kind: fc.constant('silence' as const),
  after,
  silence: fc.integer({ min: 0, max: 2 }),
  by: fc.constantFrom<SilenceMatcher>(
    { ruleId: 'r1' },
    { dimensions: { instanceId: 'i-1' } },
    { dimensions: {} },
    { alertId: alertIdOf(standInDigest, 'r1', hostSeries(0, 'i-2')) },
  ),
  from: fc.integer({ min: -10_000, max: 60_000 }),
  lasts: fc.oneof(fc.integer({ min: -20_000, max: 60_000 }), fc.integer({ min: 0, max: 1_000_000 })),
});
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 20, arbitrary: samples },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('tick' as const), after }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('gap' as const), after }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('clock' as const), after, back: fc.integer({ min: 1, max: 100_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('rule' as const), after, rule: ruleNumber, words: otherWords }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('rule' as const), after, rule: ruleNumber, words: ruleWords }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), after, rule: ruleNumber, closeNotify: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('dismiss' as const), after, rule: ruleNumber, host }) },
  { weight: 2, arbitrary: silencing },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('acknowledge' as const),
      after,
      alert: fc.nat(5),
      holds: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('zone' as const),
      after,
      timeZone: fc.constantFrom('UTC', 'Asia/Kolkata', 'Nowhere'),
    }),
  },
);

export const history = fc
  .tuple(ruleWords, ruleWords, fc.array(happening, { maxLength: 60 }))
  .map(([first, second, happenings]) =>
    entriesOf([
      { kind: 'rule', after: 0, rule: 0, words: first },
      { kind: 'rule', after: 0, rule: 1, words: second },
      ...happenings,
      { kind: 'tick', after: 7_200_000 },
    ]),
  );

export function entriesOf(happenings: readonly Happening[]): LogEntry[] {
  const rules: (Rule | null)[] = [plainRule('r1'), plainRule('r2')];
  const versions = [0, 0];
  const series = HOSTS.map((name, id) => hostSeries(id, name));
  const entries: LogEntry[] = [{ position: 1n, time: START, skew: 0, records: [{ kind: 'series', series }] }];
  // Acknowledgements name the state they saw, so the history is folded while it is made.
  const seen: AlertEffect[] = [];
  const fold = createFold(OPTIONS);
  let time = START;
  let skew = 0;
  for (const step of happenings) {
    const before = time + skew;
    time += step.after;
    const place = { position: BigInt(entries.length + 1), time, skew };
    if (step.kind === 'acknowledge') seen.push(...applyEntry(fold, { ...place, records: [] }));
    const record = recordOf(step, { before, now: time + skew, rules, versions, seen, count: entries.length });
    entries.push({ ...place, records: [record] });
    seen.push(...applyEntry(fold, { ...place, records: [record] }));
    if (record.kind === 'clock') skew += record.to - record.from;
  }
  return entries;
}

function recordOf(
  step: Happening,
  at: {
    before: number;
    now: number;
    rules: (Rule | null)[];
    versions: number[];
    seen: readonly AlertEffect[];
    count: number;
  },
): LogRecord {
  switch (step.kind) {
    case 'samples':
      return {
        kind: 'samples',
        seriesIds: Uint32Array.from(step.samples, (sample) => sample.host),
        timestamps: Float64Array.from(step.samples, (sample) => at.now - sample.age),
        values: Float64Array.from(step.samples, (sample) => sample.value),
      };
    case 'gap':
      return { kind: 'gap', from: at.before, to: at.now };
    case 'clock':
      return { kind: 'clock', from: at.now, to: at.now - step.back };
    case 'dismiss':
      return {
        kind: 'dismiss',
        alertId: alertIdOf(standInDigest, `r${step.rule + 1}`, hostSeries(0, HOSTS[step.host]!)),
        by: 'admin',
      };
    case 'silence': {
      const { silence, by, from, lasts } = step;
      const times = { from: at.now + from, until: at.now + from + lasts };
      const silenceId = `s${silence} ${JSON.stringify(by)}`;
      const [version, who, why] = [at.count, 'admin', 'maintenance'];
      return { kind: 'silence', silence: { account: ACCOUNT, silenceId, version, by, ...times, who, why } };
    }
    case 'acknowledge': {
      const alert = at.seen.at(-1 - step.alert)?.alert ?? { alertId: 'none', ruleId: 'r1', since: 0 };
      const { alertId, ruleId, since } = alert;
      const act = { alertId, ruleId, since, number: at.count, acknowledged: step.holds, by: 'admin' };
      return { kind: 'acknowledge', account: ACCOUNT, ...act };
    }
    case 'zone':
      return { kind: 'zone', account: ACCOUNT, timeZone: step.timeZone };
    case 'rule':
    case 'delete': {
      const ruleId = `r${step.rule + 1}`;
      const version = ++at.versions[step.rule]!;
      const base = at.rules[step.rule] ?? plainRule(ruleId);
      const rule = step.kind === 'rule' ? { ...step.words.reduce(withOption, base), version } : null;
      at.rules[step.rule] = rule;
      return {
        kind: 'rule',
        account: ACCOUNT,
        ruleId,
        version,
        rule,
        closeNotify: step.kind === 'delete' && step.closeNotify,
      };
    }
    default:
      return { kind: 'tick' };
  }
}

export function run(entries: readonly LogEntry[], fold: FoldState = createFold(OPTIONS)): AlertEffect[] {
  return entries.flatMap((entry) => applyEntry(fold, entry));
}

/** Everything but what names the entry: a trans id contains its position, the index counts within it. */
export function withoutPlace(effects: readonly AlertEffect[]): unknown[] {
  const names = new Map<string, string>();
  const name = (id: string | null): string | null => {
    if (id === null) return null;
    if (!names.has(id)) names.set(id, `trans ${names.size}`);
    return names.get(id) ?? null;
  };
  return effects.map(({ index: _, ...effect }) => ({
    ...effect,
    alert: { ...effect.alert, transId: name(effect.alert.transId) },
    transition: effect.transition && { ...effect.transition, transId: name(effect.transition.transId) },
    notification: effect.notification && { ...effect.notification, transId: name(effect.notification.transId) },
  }));
}
