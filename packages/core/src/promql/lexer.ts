import { invalid } from './promql-error.ts';

/** A duration's text is in ms; a string's is what it says, escapes resolved. */
export interface Token {
  readonly kind: 'name' | 'number' | 'duration' | 'string' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const SYMBOLS = [
  '==',
  '!=',
  '=~',
  '!~',
  '>=',
  '<=',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  '=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '<',
  '>',
  ':',
  '@',
];
const DURATION = /(?:\d+(?:ms|[smhdwy]))+(?![A-Za-z0-9_])/y;
const NUMBER = /(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![A-Za-z0-9_])/y;
const NAME = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const SPACE = /(?:\s+|#[^\n]*)*/y;
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  /** Inside brackets a colon belongs to no name: it divides a subquery. */
  let brackets = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  for (;;) {
    at += match(SPACE)?.length ?? 0;
    if (at >= text.length) break;
    const token = next(text, at, match, brackets > 0);
    if (token.text === '[' && token.kind === 'symbol') brackets += 1;
    if (token.text === ']' && token.kind === 'symbol') brackets -= 1;
    tokens.push({ kind: token.kind, text: token.text, at });
    at += token.length;
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

interface Found extends Omit<Token, 'at'> {
  readonly length: number;
}

function next(text: string, at: number, match: (pattern: RegExp) => string | null, inBrackets: boolean): Found {
  const duration = match(DURATION);
  if (duration !== null) return { kind: 'duration', text: String(durationMs(duration)), length: duration.length };
  const number = match(NUMBER);
  if (number !== null) return { kind: 'number', text: String(Number(number)), length: number.length };
  const name = inBrackets && text[at] === ':' ? null : match(NAME);
  if (name !== null) return { kind: 'name', text: name, length: name.length };
  const quote = text[at] ?? '';
  if (quote === '"' || quote === "'" || quote === '`') return stringAt(text, at, quote);
  const symbol = SYMBOLS.find((one) => text.startsWith(one, at));
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, length: symbol.length };
  throw invalid(`unexpected character ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))} at ${at + 1}`);
}

/** `1h30m` in ms; the text has the form of one. */
export function durationMs(text: string): number {
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) ms += Number(count) * (UNITS[unit ?? ''] ?? 0);
  return ms;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function stringAt(text: string, start: number, quote: string): Found {
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] as string;
    if (char === quote) return { kind: 'string', text: value, length: at + 1 - start };
    if (char === '\n' && quote !== '`') break;
    if (char !== '\\' || quote === '`') {
      value += char;
      continue;
    }
    const hex = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(text.slice(at, at + 10));
    const simple = ESCAPES[text[at + 1] ?? ''];
    if (hex !== null) {
      const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16);
      if (code > 0x10ffff) throw invalid(`there is no character ${hex[0]}`);
      value += String.fromCodePoint(code);
      at += hex[0].length - 1;
    } else if (simple !== undefined) {
      value += simple;
      at += 1;
    } else {
      throw invalid(`unknown escape sequence \\${text[at + 1] ?? ''} at ${at + 1}`);
    }
  }
  throw invalid(`the string that begins at ${start + 1} does not end`);
}
