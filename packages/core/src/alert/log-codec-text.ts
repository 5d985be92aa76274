import type { SeriesDefinition } from '../metric/series.ts';
import type { Rule } from '../rule/rule.ts';
import type { LogRecord, SamplesRecord } from './log-record.ts';
import type { Silence } from './silence.ts';

/**
 * Every kind of record but samples, as JSON. The checksum of the entry has already told that these are the bytes that
 * were written; the checks of form here tell a record of another version from one that can be folded.
 */
type TextRecord = Exclude<LogRecord, SamplesRecord>;

export function textOfRecord(record: TextRecord): string {
  const text = JSON.stringify(record);
  // JSON has no NaN and no infinities: they would come back as null, so refuse them before they are stored.
  if (record.kind === 'gap' || record.kind === 'clock') assertFinite(record.from, record.to);
  else if (record.kind === 'silence') assertFinite(record.silence.from, record.silence.until);
  else if (record.kind === 'acknowledge') assertFinite(record.since);
  return text;
}

/** Throws an Error when the text is no record of a kind this version knows. */
export function recordOfText(text: string): TextRecord {
  const record = JSON.parse(text) as Record<string, unknown>;
  if (typeof record !== 'object' || record === null) throw new Error('malformed log record: not an object');
  if (!hasForm(record)) throw new Error(`malformed log record of kind ${String(record.kind)}`);
  return record as TextRecord;
}

function hasForm(record: Record<string, unknown>): boolean {
  switch (record.kind as TextRecord['kind']) {
    case 'series':
      return Array.isArray(record.series) && record.series.every(isSeriesDefinition);
    case 'tick':
      return true;
    case 'expire':
      return Array.isArray(record.seriesIds) && record.seriesIds.every(isCount);
    case 'gap':
    case 'clock':
      return Number.isFinite(record.from) && Number.isFinite(record.to);
    case 'rule':
      return areTexts(record.account, record.ruleId) && isCount(record.version) && isRuleOrNull(record.rule);
    case 'silence':
      return isSilence(record.silence);
    case 'acknowledge':
      return (
        areTexts(record.account, record.ruleId, record.alertId, record.by) &&
        Number.isFinite(record.since) &&
        isCount(record.number) &&
        typeof record.acknowledged === 'boolean'
      );
    case 'dismiss':
      return areTexts(record.alertId, record.by);
    case 'zone':
      return areTexts(record.account, record.timeZone);
    default:
      return false;
  }
}

function isSeriesDefinition(value: unknown): value is SeriesDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const series = value as Record<string, unknown>;
  return (
    isCount(series.id) &&
    areTexts(series.account, series.namespace, series.metricName) &&
    (series.instanceName === null || areTexts(series.instanceName)) &&
    typeof series.dimensions === 'object' &&
    series.dimensions !== null &&
    areTexts(...Object.values(series.dimensions))
  );
}

function isSilence(value: unknown): value is Silence {
  if (!isObject(value)) return false;
  const { by } = value;
  return (
    areTexts(value.account, value.silenceId, value.who, value.why) &&
    isCount(value.version) &&
    Number.isFinite(value.from) &&
    Number.isFinite(value.until) &&
    isObject(by) &&
    (areTexts(by.ruleId) ||
      areTexts(by.alertId) ||
      (isObject(by.dimensions) && areTexts(...Object.values(by.dimensions))))
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Rules were validated before they were stored; their parts are not judged again here. */
function isRuleOrNull(value: unknown): value is Rule | null {
  return typeof value === 'object';
}

const areTexts = (...values: readonly unknown[]): boolean => values.every((value) => typeof value === 'string');

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function assertFinite(...values: readonly number[]): void {
  if (!values.every(Number.isFinite)) throw new Error('a log record needs finite times');
}

const NOT_ASCII = /[\u0080-\uffff]/;
const ALL_NOT_ASCII = /[\u0080-\uffff]/g;

/** Between ASCII texts and their bytes; a host can do it many times faster than a loop here. */
export interface AsciiText {
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

export const plainAscii: AsciiText = { encode: encodeAscii, decode: decodeText };

/** As ASCII: what is not goes as \uXXXX, which JSON reads back exactly, lone surrogates included. */
export function encodeText(json: string, ascii: AsciiText = plainAscii): Uint8Array {
  if (!NOT_ASCII.test(json)) return ascii.encode(json);
  return ascii.encode(json.replace(ALL_NOT_ASCII, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

function encodeAscii(ascii: string): Uint8Array {
  const bytes = new Uint8Array(ascii.length);
  for (let i = 0; i < ascii.length; i++) bytes[i] = ascii.charCodeAt(i);
  return bytes;
}

export function decodeText(bytes: Uint8Array): string {
  const parts: string[] = [];
  // In slices: one call with a million arguments would overflow the stack.
  for (let at = 0; at < bytes.length; at += 4096) {
    // A list of arguments may be a typed array; spread, it is made into one of objects first.
    parts.push(String.fromCharCode.apply(null, bytes.subarray(at, at + 4096) as unknown as number[]));
  }
  return parts.join('');
}
