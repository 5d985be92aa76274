import { parseRegex, type RegexNode } from './linear-regex-parse.ts';
import { invalid } from './promql-error.ts';

/**
 * Regular expressions as RE2 has them (Prometheus's matchers), matched against a whole text in time proportional to
 * its length: all ways are followed at once, so that no pattern, however it is nested, can hold up the process.
 * A pattern becomes a list of steps; at each character there is a set of steps that have been reached.
 */
export type TextTest = (text: string) => boolean;

type Step =
  | { readonly kind: 'one'; readonly ranges: readonly number[] }
  | { readonly kind: 'either'; first: number; second: number }
  | { readonly kind: 'start' | 'end' | 'match' };

/** A pattern like `(a{100}){100}` would grow without bound. */
const STEPS_MAX = 5_000;

export function wholeTextTest(pattern: string): TextTest {
  const steps: Step[] = [];
  emit(steps, parseRegex(pattern));
  steps.push({ kind: 'match' });
  const run = new Run(steps);
  return (text) => run.matches(text);
}

function push(steps: Step[], step: Step): number {
  if (steps.length >= STEPS_MAX) throw invalid('the regular expression is too large');
  steps.push(step);
  return steps.length - 1;
}

/** Each piece runs on into what is emitted after it. */
function emit(steps: Step[], node: RegexNode): void {
  switch (node.kind) {
    case 'one':
    case 'start':
    case 'end':
      push(steps, node);
      return;
    case 'all':
      for (const part of node.parts) emit(steps, part);
      return;
    case 'any':
      emitAny(steps, node.parts);
      return;
    case 'repeat':
      for (let i = 0; i < node.min; i++) emit(steps, node.part);
      if (node.max === null) emitLoop(steps, node.part);
      else for (let i = node.min; i < node.max; i++) emitOptional(steps, node.part);
  }
}

function emitAny(steps: Step[], parts: readonly RegexNode[]): void {
  const ends: { first: number; second: number }[] = [];
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1) {
      emit(steps, part);
      break;
    }
    const fork = { kind: 'either' as const, first: steps.length + 1, second: 0 };
    push(steps, fork);
    emit(steps, part);
    const jump = { kind: 'either' as const, first: 0, second: 0 };
    push(steps, jump);
    ends.push(jump);
    fork.second = steps.length;
  }
  for (const end of ends) {
    end.first = steps.length;
    end.second = steps.length;
  }
}

function emitLoop(steps: Step[], part: RegexNode): void {
  const fork = { kind: 'either' as const, first: steps.length + 1, second: 0 };
  const at = push(steps, fork);
  emit(steps, part);
  push(steps, { kind: 'either', first: at, second: at });
  fork.second = steps.length;
}

function emitOptional(steps: Step[], part: RegexNode): void {
  const fork = { kind: 'either' as const, first: steps.length + 1, second: 0 };
  push(steps, fork);
  emit(steps, part);
  fork.second = steps.length;
}

class Run {
  readonly #steps: readonly Step[];
  /** Per step: the turn in which it was last reached. */
  readonly #reached: Uint32Array;
  #turn = 0;

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
    this.#reached = new Uint32Array(steps.length);
  }

  matches(text: string): boolean {
    const points = Array.from(text, (char) => char.codePointAt(0) as number);
    let current: number[] = [];
    this.#begin();
    this.#reach(0, current, { at: 0, length: points.length });
    for (const [index, point] of points.entries()) {
      const following: number[] = [];
      this.#begin();
      for (const at of current) {
        const step = this.#steps[at];
        if (step?.kind === 'one' && isIn(step.ranges, point)) {
          this.#reach(at + 1, following, { at: index + 1, length: points.length });
        }
      }
      if (following.length === 0) return false;
      current = following;
    }
    return current.some((at) => this.#steps[at]?.kind === 'match');
  }

  #begin(): void {
    this.#turn += 1;
    if (this.#turn < 0xffff_ffff) return;
    this.#reached.fill(0);
    this.#turn = 1;
  }

  #reach(from: number, into: number[], place: { readonly at: number; readonly length: number }): void {
    const waiting = [from];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (this.#reached[at] === this.#turn) continue;
      this.#reached[at] = this.#turn;
      const step = this.#steps[at];
      if (step === undefined) continue;
      if (step.kind === 'either') waiting.push(step.second, step.first);
      else if (step.kind === 'one' || step.kind === 'match') into.push(at);
      else if (step.kind === 'start' ? place.at === 0 : place.at === place.length) waiting.push(at + 1);
    }
  }
}

/** Pairs of first and last, in any order. */
function isIn(ranges: readonly number[], point: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) {
    if (point >= (ranges[i] as number) && point <= (ranges[i + 1] as number)) return true;
  }
  return false;
}
