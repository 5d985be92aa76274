import { type HistorySamples, LATE_AFTER_MS } from '@cloudbell/core/history/samples.ts';
import type { NewSamples, SeriesNumber } from '../../ports/history-store.ts';

/**
 * Samples that were taken and are not written yet: columns that grow, and for each series a chain from its latest to
 * its first, so that a sample costs no object and a series is found without a search.
 */
export class PendingSamples {
  #count = 0;
  #numbers = new Uint32Array(1024);
  #timestamps = new Float64Array(1024);
  #values = new Float64Array(1024);
  #late = new Uint8Array(1024);
  /** Per sample: the one of the same series before it, plus 1; 0 for none. */
  #previous = new Uint32Array(1024);
  /** Per series number: its latest sample, plus 1; 0 for none. */
  #latest = new Uint32Array(1024);
  #touched: SeriesNumber[] = [];

  get count(): number {
    return this.#count;
  }

  /** Answers how many were late. */
  add({ numbers, timestamps, values, arrivedAt }: NewSamples): number {
    this.#makeRoom(numbers.length);
    const lateBefore = arrivedAt - LATE_AFTER_MS;
    let late = 0;
    let at = this.#count;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i] as number;
      const timestamp = timestamps[i] as number;
      if (number >= this.#latest.length) this.#latest = grown(this.#latest, number + 1);
      const previous = this.#latest[number] as number;
      if (previous === 0) this.#touched.push(number);
      this.#numbers[at] = number;
      this.#timestamps[at] = timestamp;
      this.#values[at] = values[i] as number;
      this.#previous[at] = previous;
      const isLate = timestamp < lateBefore ? 1 : 0;
      this.#late[at] = isLate;
      late += isLate;
      at += 1;
      this.#latest[number] = at;
    }
    this.#count = at;
    return late;
  }

  /** Series with samples here, ascending: in the order of their rows. */
  touched(): Float64Array {
    return Float64Array.from(this.#touched).sort();
  }

  /** As they came: not in order of time, and with repeated timestamps. */
  of(number: SeriesNumber): HistorySamples {
    let length = 0;
    const latest = this.#latest[number] ?? 0;
    for (let at = latest; at !== 0; at = this.#previous[at - 1] as number) length += 1;
    const samples = {
      timestamps: new Float64Array(length),
      values: new Float64Array(length),
      late: new Uint8Array(length),
    };
    for (let at = latest, to = length - 1; at !== 0; at = this.#previous[at - 1] as number, to--) {
      samples.timestamps[to] = this.#timestamps[at - 1] as number;
      samples.values[to] = this.#values[at - 1] as number;
      samples.late[to] = this.#late[at - 1] as number;
    }
    return samples;
  }

  clear(): void {
    for (const number of this.#touched) this.#latest[number] = 0;
    this.#touched = [];
    this.#count = 0;
  }

  #makeRoom(added: number): void {
    const wanted = this.#count + added;
    if (wanted <= this.#numbers.length) return;
    this.#numbers = grown(this.#numbers, wanted);
    this.#timestamps = grown(this.#timestamps, wanted);
    this.#values = grown(this.#values, wanted);
    this.#late = grown(this.#late, wanted);
    this.#previous = grown(this.#previous, wanted);
  }
}

function grown<T extends Uint32Array | Float64Array | Uint8Array>(array: T, least: number): T {
  const Kind = array.constructor as new (length: number) => T;
  const larger = new Kind(Math.max(least, array.length * 2));
  larger.set(array);
  return larger;
}
