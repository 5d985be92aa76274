import { LabelTable } from './label-table.ts';
import { WireError } from './wire-error.ts';

/** What a protocol told of a metric, beside its samples. */
export interface MetricMetadata {
  readonly metricName: string;
  /** `counter`, `gauge`, `histogram`, `summary` …, or `unknown`. */
  readonly type: string;
  readonly unit: string;
  readonly help: string;
}

/** One request may not hold more samples than this: a few bytes could else ask for much memory. */
export const ROWS_MAX = 1_000_000;
const METADATA_MAX = 20_000;

/**
 * What every protocol is decoded into: (slot of the series, timestamp ms, value) by row, a struct of arrays that is used
 * again and again. No object and no string is made for a sample of a known series.
 */
export class SampleRows {
  readonly table: LabelTable;
  /** Account and namespace that labels are looked up in. */
  context = 0;
  count = 0;
  slots = new Uint32Array(1024);
  timestamps = new Float64Array(1024);
  values = new Float64Array(1024);
  /** Ends of series that the sender told of: not values. */
  staleMarkers = 0;
  /** Understood, counted, and not evaluated. */
  nativeHistograms = 0;
  exemplars = 0;
  /** Data points left out by the decoder, by why. */
  readonly skipped = new Map<string, number>();
  metadata: MetricMetadata[] = [];

  constructor(secret: number) {
    this.table = new LabelTable(secret);
  }

  reset(context: number): void {
    this.context = context;
    this.count = 0;
    this.staleMarkers = 0;
    this.nativeHistograms = 0;
    this.exemplars = 0;
    this.skipped.clear();
    this.metadata = [];
  }

  /** The series with these label bytes. */
  slotOf(bytes: Uint8Array, start: number, end: number): number {
    return this.table.slotOf(this.context, bytes, start, end);
  }

  add(slot: number, timestamp: number, value: number): void {
    const at = this.count;
    if (at === this.slots.length) this.#grow();
    this.slots[at] = slot;
    this.timestamps[at] = timestamp;
    this.values[at] = value;
    this.count = at + 1;
  }

  skip(why: string, count = 1): void {
    this.skipped.set(why, (this.skipped.get(why) ?? 0) + count);
  }

  describe(metadata: MetricMetadata): void {
    if (this.metadata.length < METADATA_MAX) this.metadata.push(metadata);
  }

  #grow(): void {
    if (this.slots.length >= ROWS_MAX) {
      throw new WireError('batch_too_large', {
        message: `The request holds more than ${ROWS_MAX} samples.`,
        hint: 'Send them in several requests.',
      });
    }
    const length = Math.min(ROWS_MAX, this.slots.length * 2);
    const slots = new Uint32Array(length);
    slots.set(this.slots);
    const timestamps = new Float64Array(length);
    timestamps.set(this.timestamps);
    const values = new Float64Array(length);
    values.set(this.values);
    this.slots = slots;
    this.timestamps = timestamps;
    this.values = values;
  }
}
