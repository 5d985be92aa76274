import { plainDecimal } from '@cloudbell/core/metric/number.ts';
import { type Colour, colourOfLevel, columnsOf, type Paint, painter, safeText } from '../base/terminal-text.ts';
import type { ReceivedItem } from './received-item.ts';

export interface TerminalFormat {
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** IANA name; the host's when absent. */
  readonly timeZone?: string;
  /** What stands before the name in the path it was sent to; `/inbox/` when absent. */
  readonly prefix?: string;
}

/**
 * One received callback as a block of text for a terminal. Pure. Whatever was received cannot move the cursor or
 * change colours: control characters are shown as escapes.
 */
export function formatReceived(item: ReceivedItem, format: TerminalFormat): string {
  const paint = painter(format.colour);
  const field = (name: string): string => fieldText(item.fields[name]);
  const level = field('triggerLevel');
  const isCallback = item.profile !== null;
  const title = isCallback
    ? `${paint(colourOfLevel(level), `${field('alertState')} ${level}`)}  ${paint('bold', field('alertName'))}`
    : paint('yellow', 'not a callback');
  const seen = item.duplicateOf === null ? '' : ', seen before';
  const facts: [string, string][] = [
    ['sent to', `${format.prefix ?? '/inbox/'}${safeText(item.name)}`],
    ...(isCallback
      ? callbackFacts(field, item.profile)
      : item.problems.map((text): [string, string] => ['problem', safeText(text)])),
    [
      'signature',
      `${paintVerdict(paint, item.formSignature)}   webhook-signature ${paintVerdict(paint, item.webhookSignature)}`,
    ],
    ['webhook-id', `${safeText(item.webhookId ?? 'none')}${attemptText(item)}${seen}`],
    [
      'bytes',
      `${item.bodyBytes}, ${safeText(item.contentType ?? 'no content type')}${item.bodyBase64 === null ? '' : ', shown in Base64'}`,
    ],
  ];
  const lines = [
    `${paint('dim', timeText(item.receivedAt, format.timeZone))}  ${title}`,
    ...facts.map(([name, value]) => `  ${paint('dim', name.padEnd(LABEL))}  ${value}`),
    ...wrap(safeText(item.bodyBase64 ?? item.body), Math.max(20, format.width - 2)).map(
      (line) => `  ${paint('cyan', line)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const LABEL = 11;

function callbackFacts(field: (name: string) => string, profile: string | null): [string, string][] {
  return [
    ['value', `${field('curValue')}   ${field('expression')}`],
    ['metric', `${field('namespace')} ${field('metricName')}`],
    ['dimensions', field('dimensions')],
    ['before', `${field('preTriggerLevel')}   rule ${field('ruleId')}   profile ${profile ?? 'none'}`],
  ];
}

function attemptText(item: ReceivedItem): string {
  const attempt = item.attempt === null ? '' : `   attempt ${item.attempt}`;
  return attempt + (item.replay ? ', replayed' : '') + (item.test ? ', a test' : '');
}

/** A json callback has typed fields; the terminal shows them as the form profiles would. */
function fieldText(value: unknown): string {
  if (typeof value === 'string') return safeText(value);
  if (typeof value === 'number') return plainDecimal(value);
  return value === null || value === undefined ? 'null' : safeText(JSON.stringify(value));
}

/** Breaks after `&` where it can, else where the line is full; nothing is added or left out. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const flush = (): void => {
    lines.push(line);
    line = '';
    used = 0;
  };
  for (const part of text.split(/(?<=&)/)) {
    const width = columnsOf(part);
    if (used > 0 && used + width > columns) flush();
    for (const character of width > columns ? part : [part]) {
      const step = columnsOf(character);
      if (used > 0 && used + step > columns) flush();
      line += character;
      used += step;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

function timeText(ms: number, timeZone: string | undefined): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hour12: false,
    timeZone,
  });
  return format.format(ms);
}

function paintVerdict(paint: Paint, verdict: string): string {
  const colour: Colour = verdict === 'valid' ? 'green' : verdict === 'invalid' || verdict === 'expired' ? 'red' : 'dim';
  return paint(colour, verdict);
}
