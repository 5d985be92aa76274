import { type Token, tokensOf } from './lexer.ts';
import type { CompilePattern } from './matcher.ts';
import { invalid } from './promql-error.ts';

const LENGTH_MAX = 10_000;
const DEPTH_MAX = 100;
/** Each makes the expression one deeper: `1+1+1` is `(1+1)+1`. */
const OPERATORS_MAX = 200;

/** Where a parse is in its tokens. */
export class TokenCursor {
  readonly compilePattern: CompilePattern;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #operators = 0;

  constructor(text: string, compilePattern: CompilePattern) {
    if (text.length > LENGTH_MAX) throw invalid(`the query is longer than ${LENGTH_MAX} characters`);
    this.#tokens = tokensOf(text);
    this.compilePattern = compilePattern;
  }

  /** The next token, or one that comes later; `end` is never passed. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === text;
  }

  /** Words of PromQL are known in any case. */
  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'name' && token.text.toLowerCase() === word;
  }

  /** Takes it if it is there. */
  takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.#at += 1;
    return true;
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) throw this.unexpected(`"${text}"`);
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected('the end of the query');
  }

  /** About the next token. */
  unexpected(wanted: string): Error {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the end of the query' : JSON.stringify(token.text.slice(0, 100));
    return invalid(`expected ${wanted} at ${token.at + 1}, found ${found}`);
  }

  /** One level of brackets or operators: deep ones would use up the stack. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > DEPTH_MAX) throw invalid('the query is nested too deeply');
    const parsed = parse();
    this.#depth -= 1;
    return parsed;
  }

  takeOperator(): void {
    if (++this.#operators > OPERATORS_MAX) throw invalid(`the query has more than ${OPERATORS_MAX} operators`);
    this.#at += 1;
  }

  /** `(one, two,)`, whatever the brackets are. */
  list(open: string, close: string, parseOne: () => void): void {
    this.expectSymbol(open);
    while (!this.isSymbol(close)) {
      parseOne();
      if (!this.takeSymbol(',')) break;
    }
    this.expectSymbol(close);
  }
}
