import { orderedNames } from '../metric/dimensions.ts';
import { plainDecimal } from '../metric/number.ts';
import type { AlertMessage, EventMessage, MessageBody, Undelivered } from './message-body.ts';
import { plainText } from './plain-text.ts';

/**
 * What a message says to people, before a channel gives it a form: what, where, the value against the threshold, since
 * when, and where to look. Every text is one harmless line ({@link plainText}); channels escape for their own format.
 */
export interface Notice {
  readonly tone: Tone;
  /** Sent by hand: the message must say so before anything else. */
  readonly isTest: boolean;
  /** `CRITICAL`, `WARN`, `INFO`, `OK`, `NO DATA`. */
  readonly word: string;
  /** The rule's name: what it is about. */
  readonly title: string;
  /** `web-1` */
  readonly where: string;
  /** `97.39 (Average>=95)` */
  readonly detail: string;
  readonly facts: readonly Fact[];
  /** Below the public URL: `/alerts/<id>`. */
  readonly path: string;
  /** ms. */
  readonly timestamp: number;
}

export interface Fact {
  readonly name: string;
  readonly text: string;
}

/** What a message says that was sent by hand. */
export const TEST_SENTENCE = 'This is a test, sent by hand. Nothing is wrong.';

/** The highest first: a digest is as urgent as the most urgent in it. */
export const TONES = ['critical', 'warn', 'info', 'missing', 'ok'] as const;
export type Tone = (typeof TONES)[number];

/** How times are written: the account's zone is the caller's business. */
export type FormatTime = (ms: number) => string;

const NAME_MAX = 200;
const LINE_MAX = 500;
/** More dimensions or labels than these are counted, not listed. */
const PAIRS_MAX = 16;

export function noticeOf(body: MessageBody, formatTime: FormatTime): Notice {
  const notice = body.kind === 'alert' ? alertNotice(body, formatTime) : eventNotice(body, formatTime);
  return body.insteadOf === undefined ? notice : inPlace(notice, body.insteadOf);
}

/** Says first, and in one line with others too, that somebody else was to have been told. */
function inPlace(notice: Notice, { channel, endpoint, error }: Undelivered): Notice {
  const shown = plainText(endpoint, NAME_MAX);
  const why = error === null ? '' : `: ${plainText(error, NAME_MAX)}`;
  return {
    ...notice,
    detail: `${notice.detail}; not delivered to ${shown}`,
    facts: [{ name: 'Fallback', text: `not delivered by ${channel} to ${shown}${why}` }, ...notice.facts],
  };
}

function alertNotice(body: AlertMessage, formatTime: FormatTime): Notice {
  const { tone, word } = lookOf(body);
  const condition = body.expression === null ? null : plainText(body.expression.replace(/^\$/, ''), NAME_MAX);
  const value = body.value === null ? null : plainDecimal(body.value);
  const where = placeOf(body);
  return {
    tone,
    isTest: body.isTest === true,
    word,
    title: plainText(body.ruleName, NAME_MAX),
    where,
    detail: valueText(value, condition),
    facts: [
      { name: 'What', text: `${plainText(body.metricName, NAME_MAX)} (${plainText(body.namespace, NAME_MAX)})` },
      { name: 'Where', text: where },
      ...pairs('Resource', body.dimensions).filter(({ text }) => text !== where),
      { name: 'Value', text: valueText(value, condition) },
      { name: 'Level', text: levelText(body, word) },
      ...timeFacts(body, formatTime),
      ...pairs('Labels', body.labels),
    ],
    path: body.isTest ? '/alerts' : `/alerts/${encodeURIComponent(body.alertId.toWellFormed())}`,
    timestamp: body.timestamp,
  };
}

function eventNotice(body: EventMessage, formatTime: FormatTime): Notice {
  const where = plainText(body.instanceName ?? body.resourceId ?? body.product, NAME_MAX);
  const name = plainText(body.name, NAME_MAX);
  const status = plainText(body.status, NAME_MAX);
  return {
    tone: toneOf(body.level),
    isTest: false,
    word: body.level,
    title: plainText(body.ruleName, NAME_MAX),
    where,
    detail: `${name} (${status})`,
    facts: [
      { name: 'What', text: `${name} (${plainText(body.product, NAME_MAX)}, ${plainText(body.type, NAME_MAX)})` },
      { name: 'Where', text: where },
      ...(body.resourceId === null || body.resourceId === where
        ? []
        : [{ name: 'Resource', text: plainText(body.resourceId, LINE_MAX) }]),
      { name: 'Status', text: status },
      { name: 'At', text: formatTime(body.timestamp) },
      ...(body.content === '' ? [] : [{ name: 'Content', text: plainText(body.content, LINE_MAX) }]),
    ],
    path: '/alert-rules?tab=event',
    timestamp: body.timestamp,
  };
}

function lookOf({ state, level }: Pick<AlertMessage, 'state' | 'level'>): Pick<Notice, 'tone' | 'word'> {
  if (state === 'INSUFFICIENT_DATA') return { tone: 'missing', word: 'NO DATA' };
  return { tone: toneOf(level), word: level };
}

const toneOf = (level: AlertMessage['level']): Tone => level.toLowerCase() as Lowercase<typeof level>;

function placeOf({ instanceName, dimensions }: AlertMessage): string {
  if (instanceName !== null) return plainText(instanceName, NAME_MAX);
  const values = orderedNames(dimensions).map((name) => plainText(`${name}=${dimensions[name]}`, NAME_MAX));
  return values.length === 0 ? 'all resources' : plainText(values.join(', '), NAME_MAX);
}

function valueText(value: string | null, condition: string | null): string {
  if (value === null) return condition === null ? 'no data' : `no data (${condition})`;
  return condition === null ? value : `${value} (${condition})`;
}

function levelText({ levelBefore, reason }: AlertMessage, word: string): string {
  if (reason === 'repeat') return `${word}, still`;
  if (reason === 'closed') return `${word}: the rule was closed`;
  return levelBefore === null || levelBefore === word ? word : `${word}, before: ${levelBefore}`;
}

function timeFacts({ level, state, since, timestamp }: AlertMessage, formatTime: FormatTime): Fact[] {
  const lastedMs = Math.max(0, timestamp - since);
  if (level === 'OK' && state === 'OK') {
    return [
      { name: 'Cleared', text: formatTime(timestamp) },
      ...(lastedMs === 0 ? [] : [{ name: 'Lasted', text: `${durationText(lastedMs)}, from ${formatTime(since)}` }]),
    ];
  }
  return [
    { name: 'Since', text: lastedMs === 0 ? formatTime(since) : `${formatTime(since)}, for ${durationText(lastedMs)}` },
  ];
}

/** `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

function pairs(name: string, of: Readonly<Record<string, string>>): Fact[] {
  const names = orderedNames(of);
  if (names.length === 0) return [];
  const shown = names
    .slice(0, PAIRS_MAX)
    .map((key) => `${plainText(key, NAME_MAX)}=${plainText(of[key] ?? '', NAME_MAX)}`);
  if (names.length > PAIRS_MAX) shown.push(`and ${names.length - PAIRS_MAX} more`);
  return [{ name, text: plainText(shown.join(', '), LINE_MAX) }];
}

/** `web-1: 97.39 (Average>=95)` */
export const summaryOf = ({ where, detail }: Pick<Notice, 'where' | 'detail'>): string => `${where}: ${detail}`;

/** How many of each word, the most urgent first: `2 CRITICAL, 1 OK`. */
export function countsText(notices: readonly Pick<Notice, 'tone' | 'word'>[]): string {
  return TONES.flatMap((tone) => {
    const same = notices.filter((notice) => notice.tone === tone);
    return same[0] === undefined ? [] : [`${same.length} ${same[0].word}`];
  }).join(', ');
}

/** The most urgent of them. */
export function toneOfAll(notices: readonly Pick<Notice, 'tone'>[]): Tone {
  return TONES.find((tone) => notices.some((notice) => notice.tone === tone)) ?? 'ok';
}
