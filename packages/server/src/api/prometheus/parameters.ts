import { durationMs } from '@cloudbell/core/promql/duration.ts';
import type { FastifyRequest } from 'fastify';
import { CloudbellError } from '../../base/errors.ts';

/** The times that a Date can be, ms. */
const TIME_MAX = 8_640_000_000_000_000;

/** Of a request, in its query or in a form; the form wins. What is not asked for is not looked at, as in Prometheus. */
export class Parameters {
  readonly #values: URLSearchParams;

  constructor({ raw, body }: Pick<FastifyRequest, 'raw' | 'body'>) {
    this.#values = new URLSearchParams(typeof body === 'string' ? body : '');
    const query = raw.url?.split('?', 2)[1] ?? '';
    for (const [name, value] of new URLSearchParams(query)) this.#values.append(name, value);
  }

  all(name: string, max: number): string[] {
    const all = this.#values.getAll(name);
    if (all.length > max) throw wrong(name, `comes more than ${max} times`, 'Ask for some of them at a time.');
    return all;
  }

  /** The first of this name; an empty one is as good as none. */
  text(name: string): string | null {
    return this.#values.get(name) || null;
  }

  required(name: string): string {
    const text = this.text(name);
    if (text === null) throw wrong(name, 'is missing', `Send ${name} in the query, or as a form.`);
    return text;
  }

  /** RFC 3339, or s since 1970; in ms. */
  time(name: string, fallback: number | null): number {
    const text = fallback === null ? this.required(name) : this.text(name);
    if (text === null) return fallback as number;
    const ms = Math.round(isNumber(text) ? Number(text) * 1000 : RFC_3339.test(text) ? Date.parse(text) : Number.NaN);
    if (Math.abs(ms) <= TIME_MAX) return ms;
    throw wrong(name, 'is no time', 'Send s since 1970, or RFC 3339 like 2026-07-01T12:00:00Z.');
  }

  /** A duration, or s; in ms. */
  duration(name: string): number {
    const text = this.required(name);
    const ms = isNumber(text) ? Number(text) * 1000 : durationMs(text);
    if (ms !== null && ms >= 1 && ms <= TIME_MAX) return Math.round(ms);
    throw wrong(name, 'is no duration, or not longer than 0', 'Send s like 15, or a duration like 1m30s.');
  }

  /** At most `max`; 0 and none at all ask for as many as there may be. */
  limit(name: string, max: number): number {
    const text = this.text(name) ?? '0';
    if (!/^\d{1,15}$/.test(text)) throw wrong(name, 'is no whole number', 'Send how many there may be.');
    return Number(text) === 0 ? max : Math.min(Number(text), max);
  }
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;
const isNumber = (text: string): boolean => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text);

const wrong = (field: string, what: string, hint: string): CloudbellError =>
  new CloudbellError('query_invalid', { message: `The parameter ${field} ${what}.`, field, hint });
