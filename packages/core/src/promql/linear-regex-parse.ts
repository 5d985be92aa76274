import { invalid, unsupported } from './promql-error.ts';

/** A regular expression, read. `ranges` are pairs of first and last code point. */
export type RegexNode =
  | { readonly kind: 'one'; readonly ranges: readonly number[] }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly part: RegexNode; readonly min: number; readonly max: number | null };

const LENGTH_MAX = 1_000;
const DEPTH_MAX = 100;
const REPEAT_MAX = 1_000;
const LAST = 0x10ffff;
const EVERY = [0, LAST];
const SETS: Readonly<Record<string, readonly number[]>> = {
  d: [48, 57],
  s: [9, 10, 12, 13, 32, 32],
  w: [48, 57, 65, 90, 95, 95, 97, 122],
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7 };

interface Reader {
  readonly chars: readonly string[];
  at: number;
  depth: number;
  /** `(?i)` */
  ignoresCase: boolean;
}

/** Throws a PromqlError for what is no expression, or is one that is not understood. */
export function parseRegex(pattern: string): RegexNode {
  if (pattern.length > LENGTH_MAX) throw invalid(`the regular expression is longer than ${LENGTH_MAX} characters`);
  const reader: Reader = { chars: Array.from(pattern), at: 0, depth: 0, ignoresCase: false };
  const node = alternatives(reader);
  if (reader.at < reader.chars.length) throw invalid('the regular expression has a ) too many');
  return node;
}

function alternatives(reader: Reader): RegexNode {
  const parts = [sequence(reader)];
  while (reader.chars[reader.at] === '|') {
    reader.at += 1;
    parts.push(sequence(reader));
  }
  return parts.length === 1 ? (parts[0] as RegexNode) : { kind: 'any', parts };
}

function sequence(reader: Reader): RegexNode {
  const parts: RegexNode[] = [];
  for (;;) {
    const char = reader.chars[reader.at];
    if (char === undefined || char === '|' || char === ')') return { kind: 'all', parts };
    const atom = atomAt(reader, char);
    if (atom !== null) parts.push(repeated(reader, atom));
  }
}

function atomAt(reader: Reader, char: string): RegexNode | null {
  reader.at += 1;
  switch (char) {
    case '(':
      return group(reader);
    case '[':
      return { kind: 'one', ranges: cased(reader, classRanges(reader)) };
    case '.':
      return { kind: 'one', ranges: EVERY };
    case '^':
      return { kind: 'start' };
    case '$':
      return { kind: 'end' };
    case '\\':
      return { kind: 'one', ranges: cased(reader, escaped(reader)) };
    case '*':
    case '+':
    case '?':
      throw invalid(`the regular expression has nothing before its ${char}`);
    default:
      return { kind: 'one', ranges: cased(reader, pointRange(char)) };
  }
}

function group(reader: Reader): RegexNode | null {
  if (++reader.depth > DEPTH_MAX) throw invalid('the regular expression is nested too deeply');
  const before = reader.ignoresCase;
  if (reader.chars[reader.at] === '?') {
    const rest = reader.chars.slice(reader.at, reader.at + 40).join('');
    const flags = /^\?([is]*)([:)])/.exec(rest);
    const named = /^\?P?<[A-Za-z_][A-Za-z0-9_]{0,30}>/.exec(rest);
    if (flags === null && named === null) throw unsupported(`(${rest.slice(0, 2)} in a regular expression`);
    reader.at += (flags ?? named ?? [''])[0].length;
    if (flags?.[1]?.includes('i')) reader.ignoresCase = true;
    if (flags?.[2] === ')') {
      reader.depth -= 1;
      return null;
    }
  }
  const inside = alternatives(reader);
  if (reader.chars[reader.at] !== ')') throw invalid('the regular expression lacks a )');
  reader.at += 1;
  reader.depth -= 1;
  reader.ignoresCase = before;
  return inside;
}

function repeated(reader: Reader, atom: RegexNode): RegexNode {
  let node = atom;
  for (;;) {
    const counts = countsAt(reader);
    if (counts === null) return node;
    // A lazy one matches the same texts.
    if (reader.chars[reader.at] === '?') reader.at += 1;
    node = { kind: 'repeat', part: node, ...counts };
  }
}

function countsAt(reader: Reader): { readonly min: number; readonly max: number | null } | null {
  const char = reader.chars[reader.at];
  const simple = { '*': { min: 0, max: null }, '+': { min: 1, max: null }, '?': { min: 0, max: 1 } } as const;
  if (char === '*' || char === '+' || char === '?') {
    reader.at += 1;
    return simple[char];
  }
  if (char !== '{') return null;
  const found = /^\{(\d{1,5})(,(\d{0,5}))?\}/.exec(reader.chars.slice(reader.at, reader.at + 16).join(''));
  // Like RE2: a brace that counts nothing is a character.
  if (found === null) return null;
  reader.at += found[0].length;
  const min = Number(found[1]);
  const max = found[2] === undefined ? min : found[3] === '' ? null : Number(found[3]);
  if (min > REPEAT_MAX || (max !== null && (max > REPEAT_MAX || max < min))) {
    throw invalid(`the regular expression has an invalid repeat count ${found[0]}`);
  }
  return { min, max };
}

function classRanges(reader: Reader): readonly number[] {
  const isNot = reader.chars[reader.at] === '^';
  if (isNot) reader.at += 1;
  const ranges: number[] = [];
  for (let isFirst = true; ; isFirst = false) {
    const char = reader.chars[reader.at];
    if (char === undefined) throw invalid('the regular expression lacks a ]');
    reader.at += 1;
    if (char === ']' && !isFirst) return isNot ? complement(ranges) : ranges;
    if (char === '[' && reader.chars[reader.at] === ':') throw unsupported('[:class:] in a regular expression');
    const from = char === '\\' ? escaped(reader) : pointRange(char);
    const isRange = reader.chars[reader.at] === '-' && reader.chars[reader.at + 1] !== ']' && from.length === 2;
    if (!isRange || from[0] !== from[1] || reader.chars[reader.at + 1] === undefined) {
      ranges.push(...from);
      continue;
    }
    const lastChar = reader.chars[reader.at + 1] as string;
    reader.at += 2;
    const to = lastChar === '\\' ? escaped(reader) : pointRange(lastChar);
    if (to.length !== 2 || to[0] !== to[1] || (to[0] as number) < (from[0] as number)) {
      throw invalid('the regular expression has an invalid range of characters');
    }
    ranges.push(from[0] as number, to[0] as number);
  }
}

function escaped(reader: Reader): readonly number[] {
  const char = reader.chars[reader.at];
  if (char === undefined) throw invalid('the regular expression ends in a \\');
  reader.at += 1;
  const set = SETS[char.toLowerCase()];
  if (set !== undefined) return char === char.toLowerCase() ? set : complement(set);
  const control = CONTROLS[char];
  if (control !== undefined) return [control, control];
  if (char === 'x') {
    const hex = /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(
      reader.chars.slice(reader.at, reader.at + 8).join(''),
    );
    if (hex === null) throw invalid('the regular expression has an invalid \\x');
    reader.at += hex[0].length;
    const point = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
    return [point, point];
  }
  if (/[A-Za-z0-9]/.test(char)) throw unsupported(`\\${char} in a regular expression`);
  return pointRange(char);
}

function pointRange(char: string): readonly number[] {
  const point = char.codePointAt(0) as number;
  return [point, point];
}

function complement(ranges: readonly number[]): readonly number[] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i] as number, ranges[i + 1] as number]);
  pairs.sort((a, b) => a[0] - b[0]);
  const outside: number[] = [];
  let next = 0;
  for (const [first, last] of pairs) {
    if (first > next) outside.push(next, first - 1);
    next = Math.max(next, last + 1);
  }
  if (next <= LAST) outside.push(next, LAST);
  return outside;
}

/** With the other case of its letters, where the expression asks for that; of large ranges the ASCII letters. */
function cased(reader: Reader, ranges: readonly number[]): readonly number[] {
  if (!reader.ignoresCase) return ranges;
  const both = [...ranges];
  for (let i = 0; i < ranges.length; i += 2) {
    const [first, last] = [ranges[i] as number, ranges[i + 1] as number];
    const points = last - first < 256 ? [first, last] : [Math.max(first, 65), Math.min(last, 122)];
    for (let point = points[0] as number; point <= (points[1] as number); point++) {
      const char = String.fromCodePoint(point);
      for (const other of [char.toLowerCase(), char.toUpperCase()]) if (other !== char) both.push(...pointRange(other));
    }
  }
  return both;
}
