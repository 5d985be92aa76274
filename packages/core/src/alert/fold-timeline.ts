import { round12 } from '../metric/number.ts';
import type { SeriesDefinition } from '../metric/series.ts';
import type { Statistic } from '../metric/statistic.ts';
import { COMPARISON_OPERATORS, type ComparisonOperator, type Escalation, type Rule } from '../rule/rule.ts';
import { loadFold, saveFold } from './checkpoint.ts';
import type { AlertEffect } from './effect.ts';
import { applyEntry, createFold, type FoldState } from './fold.ts';
import { alertIdOf } from './ids.ts';
import type { AcknowledgeRecord, LogEntry, LogRecord } from './log-record.ts';
import type { Silence, SilenceMatcher } from './silence.ts';

/**
 * Test support: cases of the fold as timelines that a person can read. One step a line, its time first (event time,
 * `h:mm:ss` after midnight of a Monday, UTC):
 *
 *   0:00:00 rule period=60 warn=Average>=95*3     a rule, or a change to it: options not named stay
 *   0:00:10 97.39                                 a sample of host i-1, stamped with this time
 *   0:00:10 i-2=97.39 @0:00:05                    a sample of another host, stamped otherwise
 *   0:01:10 tick
 *   6:00:00 gap 0:00:30..6:00:00                  nothing was observed in between
 *   1:00:00 clock 1:00:00..0:00:00                the clock stepped back
 *   0:02:00 rule r2 … · delete r1 · dismiss i-1 · expire i-1 · zone Asia/Shanghai · restart
 *   0:02:00 silence s1 rule=r1 0:02:00..1:02:00   the first version; also host=i-1 (dimensions), alert=i-1
 *   0:03:00 silence s1 ..0:30:00                  the next version: another end
 *   0:03:00 acknowledge i-1 · withdraw i-1        the alert of r1 as it stood last
 *
 * What comes of it reads the same way, with log time in front.
 */
export const ORIGIN = Date.UTC(2026, 0, 5);
export const ACCOUNT = '12';

const ACTS = ['acknowledge', 'withdraw'];
const OPTIONS = { partition: 0, digest: standInDigest };

/** Plays a timeline; answers one line per effect. */
export function play(timeline: string): string[] {
  const player = createPlayer();
  return player.play(timeline).map(effectLine);
}

export interface Player {
  readonly fold: () => FoldState;
  readonly play: (timeline: string) => AlertEffect[];
  /** One entry of records that no line can say. */
  readonly apply: (time: string, records: LogRecord[]) => AlertEffect[];
}

export function createPlayer(): Player {
  let fold = createFold(OPTIONS);
  const book: Book = {
    skew: 0,
    position: 0n,
    rules: new Map(),
    hosts: [],
    silences: new Map(),
    since: new Map(),
    acts: 0,
  };
  const step = (line: string): AlertEffect[] => {
    const [time = '', ...words] = line.trim().split(/\s+/);
    if (words[0] === 'restart') {
      fold = loadFold(OPTIONS, saveFold(fold));
      return [];
    }
    const at = timeOf(time);
    // Whoever acknowledges sees everything that is due by then.
    const before = ACTS.includes(words[0] ?? '') ? apply(at, [{ kind: 'tick' }]) : [];
    return [...before, ...apply(at, recordsOf(book, at, words))];
  };
  const apply = (at: number, records: LogRecord[]): AlertEffect[] => {
    const effects = applyEntry(fold, entry({ ...book, position: ++book.position }, at, records));
    for (const record of records) if (record.kind === 'clock') book.skew += record.to - record.from;
    for (const { alert } of effects) book.since.set(alert.alertId, alert.since);
    return effects;
  };
  const lines = (text: string): string[] => text.split('\n').filter((line) => /\S/.test(line));
  return {
    fold: () => fold,
    play: (timeline) => lines(timeline).flatMap(step),
    apply: (time, records) => apply(timeOf(time), records),
  };
}

/** What the lines so far have made. */
interface Book {
  skew: number;
  position: bigint;
  readonly rules: Map<string, Rule>;
  readonly hosts: string[];
  readonly silences: Map<string, Silence>;
  /** Of each alert as it stood last. */
  readonly since: Map<string, number>;
  /** Acknowledgements and withdrawals. */
  acts: number;
}

function entry(book: { skew: number; position: bigint }, at: number, records: LogRecord[]): LogEntry {
  return { position: book.position, time: at - book.skew, skew: book.skew, records };
}

function recordsOf(book: Book, at: number, words: string[]): LogRecord[] {
  const [verb = '', ...rest] = words;
  const range = (text = ''): { from: number; to: number } => {
    const [from = '', to = ''] = text.split('..');
    return { from: timeOf(from), to: timeOf(to) };
  };
  if (verb === 'tick') return [{ kind: 'tick' }];
  if (verb === 'gap') return [{ kind: 'gap', ...range(rest[0]) }];
  if (verb === 'clock') return [{ kind: 'clock', ...range(rest[0]) }];
  if (verb === 'zone') return [{ kind: 'zone', account: ACCOUNT, timeZone: rest[0] ?? '' }];
  if (verb === 'dismiss') {
    return [{ kind: 'dismiss', alertId: hostAlertId(rest[0]), by: 'admin' }];
  }
  if (verb === 'expire') return [expireRecordOf(book.hosts, rest[0])];
  if (verb === 'silence') return [{ kind: 'silence', silence: silenceOf(book.silences, rest) }];
  if (ACTS.includes(verb)) return [acknowledgeRecordOf(book, verb, rest[0])];
  if (verb === 'delete' || verb === 'rule') return [ruleRecordOf(book.rules, verb, rest)];
  return sampleRecords(book.hosts, at, words);
}

/** Its next sample defines it anew. */
function expireRecordOf(hosts: string[], host = 'i-1'): LogRecord {
  const id = hosts.indexOf(host);
  hosts[id] = '';
  return { kind: 'expire', seriesIds: [id] };
}

/** Id of the alert of r1 about a host. */
export function hostAlertId(host = 'i-1'): string {
  return alertIdOf(standInDigest, 'r1', hostSeries(0, host));
}

function silenceOf(silences: Map<string, Silence>, words: readonly string[]): Silence {
  const [silenceId = '', ...rest] = words;
  const before = silences.get(silenceId);
  const by = before?.by ?? matcherOf(rest[0] ?? '');
  const [from = '', until = ''] = (rest.at(-1) ?? '').split('..');
  const silence: Silence = {
    account: ACCOUNT,
    silenceId,
    version: (before?.version ?? 0) + 1,
    by,
    from: from === '' ? (before?.from ?? Number.NaN) : timeOf(from),
    until: timeOf(until),
    who: 'admin',
    why: 'maintenance',
  };
  silences.set(silenceId, silence);
  return silence;
}

function matcherOf(word: string): SilenceMatcher {
  const [kind, value = ''] = word.split('=');
  if (kind === 'rule') return { ruleId: value };
  return kind === 'alert' ? { alertId: hostAlertId(value) } : { dimensions: { instanceId: value } };
}

function acknowledgeRecordOf(book: Book, verb: string, host?: string): AcknowledgeRecord {
  const alertId = hostAlertId(host);
  const since = book.since.get(alertId) ?? Number.NaN;
  const acknowledged = verb === 'acknowledge';
  const number = ++book.acts;
  return { kind: 'acknowledge', account: ACCOUNT, ruleId: 'r1', alertId, since, number, acknowledged, by: 'admin' };
}

function sampleRecords(hosts: string[], at: number, words: string[]): LogRecord[] {
  const stamp = words.find((word) => word.startsWith('@'));
  const records: LogRecord[] = [];
  const ids: number[] = [];
  const values: number[] = [];
  for (const word of words.filter((candidate) => candidate !== stamp)) {
    const [host = '', value] = word.includes('=') ? word.split('=') : ['i-1', word];
    if (!hosts.includes(host)) {
      records.push({ kind: 'series', series: [hostSeries(hosts.length, host)] });
      hosts.push(host);
    }
    ids.push(hosts.indexOf(host));
    values.push(Number(value));
  }
  const timestamps = new Float64Array(ids.length).fill(stamp === undefined ? at : timeOf(stamp.slice(1)));
  return [
    ...records,
    { kind: 'samples', seriesIds: Uint32Array.from(ids), timestamps, values: Float64Array.from(values) },
  ];
}

export function hostSeries(id: number, host: string): SeriesDefinition {
  return {
    id,
    account: ACCOUNT,
    namespace: 'acs_ecs',
    metricName: 'Host.mem.usedutilization',
    dimensions: { userId: ACCOUNT, instanceId: host },
    instanceName: `name of ${host}`,
  };
}

function ruleRecordOf(rules: Map<string, Rule>, verb: 'rule' | 'delete', words: string[]): LogRecord {
  const named = words[0] !== undefined && /^r\d+$/.test(words[0]);
  const ruleId = named ? (words[0] as string) : 'r1';
  const before = rules.get(ruleId) ?? plainRule(ruleId);
  const version = before.version + 1;
  const closeNotify = words.includes('notify');
  const options = words.slice(named ? 1 : 0).filter((word) => word !== 'notify');
  const rule = { ...options.reduce(withOption, before), version };
  rules.set(ruleId, rule);
  return { kind: 'rule', account: ACCOUNT, ruleId, version, rule: verb === 'delete' ? null : rule, closeNotify };
}

export function plainRule(ruleId: string): Rule {
  return {
    account: ACCOUNT,
    ruleId,
    version: 0,
    ruleName: `rule ${ruleId}`,
    enabled: true,
    namespace: 'acs_ecs',
    metricName: 'Host.mem.usedutilization',
    resources: [],
    period: 60,
    escalations: {},
    webhook: 'http://127.0.0.1:9099/hook',
    callbackProfile: null,
    contactGroups: [],
    silenceTime: 86_400,
    sendOk: true,
    grace: 10,
    effectiveInterval: '00:00-23:59',
    noDataPolicy: 'KEEP_LAST_STATE',
    noDataPeriods: null,
    labels: {},
  };
}

/** One `name=value` of a rule line. */
export function withOption(rule: Rule, word: string): Rule {
  const at = word.indexOf('=');
  const [name, value] = [word.slice(0, at), word.slice(at + 1)];
  switch (name) {
    case 'critical':
    case 'warn':
    case 'info':
      return {
        ...rule,
        escalations: { ...rule.escalations, [name]: value === 'none' ? undefined : escalationOf(value) },
      };
    case 'period':
    case 'grace':
      return { ...rule, [name]: Number(value) };
    case 'silence':
      return { ...rule, silenceTime: value === 'never' ? null : Number(value) };
    case 'sendOk':
    case 'enabled':
      return { ...rule, [name]: value === 'yes' };
    case 'interval':
      return { ...rule, effectiveInterval: value };
    case 'noData':
      return { ...rule, noDataPolicy: value as Rule['noDataPolicy'] };
    case 'noDataPeriods':
      return { ...rule, noDataPeriods: Number(value) };
    case 'host':
      return { ...rule, resources: value.split(',').map((instanceId) => ({ instanceId })) };
    case 'name':
      return { ...rule, ruleName: value };
    case 'metric':
      return { ...rule, metricName: value };
    default:
      throw new Error(`no option ${word}`);
  }
}

/** `Average>=95*3` */
function escalationOf(text: string): Escalation {
  const [, statistic, symbol, threshold, times] = /^(\w+?)([<>=!]+)(-?[\d.]+)\*(\d+)$/.exec(text) ?? [];
  const operator = Object.entries(COMPARISON_OPERATORS).find((pair) => pair[1] === symbol)?.[0];
  if (operator === undefined) throw new Error(`no escalation ${text}`);
  return {
    statistics: statistic as Statistic,
    comparisonOperator: operator as ComparisonOperator,
    threshold: Number(threshold),
    times: Number(times),
  };
}

/** `0:01:10 OK → WARN threshold_reached · sent ALERT WARN 97.39 $Average>=95 (before null)` */
export function effectLine({ alert, transition, notification, suppressed, logTime, ended }: AlertEffect): string {
  const words = [clockOf(logTime)];
  const host = alert.dimensions.instanceId;
  if (host !== 'i-1') words.push(`${host}`);
  if (alert.ruleId !== 'r1') words.push(alert.ruleId);
  if (transition !== null) {
    words.push(standing(transition.fromState, transition.fromLevel), '→');
    words.push(standing(transition.toState, transition.toLevel), transition.reason);
  }
  if (ended) words.push('ended');
  if (notification === null) return `${words.join(' ')} · not sent: ${suppressed}`;
  const { reason, alertState, triggerLevel, preTriggerLevel, curValue, expression } = notification;
  const sent = [reason === 'transition' ? 'sent' : `sent ${reason}`, alertState, triggerLevel, curValue, expression];
  return `${words.join(' ')} · ${sent.join(' ')} (before ${preTriggerLevel})`;
}

function standing(state: string, level: string): string {
  if (state === 'ALERT' || state === level) return level;
  return level === 'OK' ? 'NO_DATA' : `NO_DATA/${level}`;
}

export function timeOf(text: string): number {
  const [hours = Number.NaN, minutes = Number.NaN, seconds = Number.NaN] = text.split(':').map(Number);
  const time = ORIGIN + round12((hours * 3600 + minutes * 60 + seconds) * 1000);
  if (Number.isNaN(time)) throw new Error(`no time ${text}`);
  return time;
}

function clockOf(time: number): string {
  const ms = time - ORIGIN;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = String(Math.floor(ms / 60_000) % 60).padStart(2, '0');
  const seconds = (ms / 1000) % 60;
  return `${hours}:${minutes}:${seconds < 10 ? '0' : ''}${seconds}`;
}

/** 64 hex digits of the text: as good as SHA-256 for telling a few ids apart, and core has no crypto. */
export function standInDigest(text: string): string {
  let hex = '';
  for (let salt = 0; salt < 8; salt++) {
    let hash = 0x811c9dc5 ^ Math.imul(salt + 1, 0x9e3779b1);
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hex += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return hex;
}
