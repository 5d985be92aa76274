import { invalid } from './promql-error.ts';

/** A string's text is what it says, escapes resolved; any other's is as it is written. */
export interface Token {
  readonly kind: 'name' | 'number' | 'duration' | 'string' | 'symbol' | 'end';
  readonly text: string;
  /** Where it begins, and where it ends. */
  readonly at: number;
  readonly end: number;
}

/** In the order they are tried. All sticky, and none can be matched in two ways: the time is linear. */
const PATTERNS = [
  ['duration', /(?:\d+(?:ms|[smhdwy]))+(?![A-Za-z0-9_])/y],
  ['number', /(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![A-Za-z0-9_])/y],
  ['name', /[A-Za-z_:][A-Za-z0-9_:]*/y],
  ['symbol', /==|!=|=~|!~|>=|<=|[(){}[\],=+\-*/%^<>:@]/y],
] as const;
const SPACE = /[^\S\n]+|\n|#[^\n]*/y;

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  /** Inside brackets a colon belongs to no name: it divides a subquery. */
  let isInBrackets = false;
  for (let at = afterSpace(text, 0); at < text.length; ) {
    const token = tokenAt(text, at, isInBrackets);
    if (token.kind === 'symbol' && token.text === '[') isInBrackets = true;
    if (token.kind === 'symbol' && token.text === ']') isInBrackets = false;
    tokens.push(token);
    at = afterSpace(text, token.end);
  }
  tokens.push({ kind: 'end', text: '', at: text.length, end: text.length });
  return tokens;
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function afterSpace(text: string, start: number): number {
  let at = start;
  for (let space = matchAt(SPACE, text, at); space !== null; space = matchAt(SPACE, text, at)) at += space.length;
  return at;
}

function tokenAt(text: string, at: number, isInBrackets: boolean): Token {
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (char === '"' || char === "'" || char === '`') return stringAt(text, at, char);
  for (const [kind, pattern] of PATTERNS) {
    if (kind === 'name' && isInBrackets && char === ':') continue;
    const found = matchAt(pattern, text, at);
    if (found !== null) return { kind, text: found, at, end: at + found.length };
  }
  throw invalid(`unexpected character ${JSON.stringify(char)} at ${at + 1}`);
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
const CODE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/y;

function stringAt(text: string, start: number, quote: string): Token {
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] as string;
    if (char === quote) return { kind: 'string', text: value, at: start, end: at + 1 };
    if (char === '\n' && quote !== '`') break;
    if (char !== '\\' || quote === '`') {
      value += char;
      continue;
    }
    const [escaped, length] = escapeAt(text, at);
    value += escaped;
    at += length - 1;
  }
  throw invalid(`the string that begins at ${start + 1} does not end`);
}

function escapeAt(text: string, at: number): readonly [char: string, length: number] {
  const next = text[at + 1] ?? '';
  if (Object.hasOwn(ESCAPES, next)) return [ESCAPES[next] ?? '', 2];
  CODE.lastIndex = at;
  const found = CODE.exec(text);
  const [all = '', x, u, long, octal] = found ?? [];
  const code = Number.parseInt(octal ?? x ?? u ?? long ?? '', octal === undefined ? 16 : 8);
  if (found === null || code > 0x10ffff) throw invalid(`unknown escape sequence \\${next} at ${at + 1}`);
  return [String.fromCodePoint(code), all.length];
}
