import { encodeLabels, plainWriteRequest, snappyBlock, varintOf } from './remote-write.ts';

/**
 * One remote write body that is sent again and again, stamped with the time at which it is sent: a sender that encodes
 * and compresses each body anew is slower than what it sends to. All timestamps lie in the compressed bytes as literals,
 * so stamping is writing six bytes for each sample.
 */
export class StampedBatch {
  readonly #bytes: Buffer;
  readonly #offsets: readonly number[];

  constructor(labels: readonly Buffer[], value: (index: number) => number) {
    const timestamp = Date.now();
    const stamp = varintOf(timestamp);
    const plain = plainWriteRequest(labels, value, timestamp);
    const needle = Buffer.from([TIMESTAMP_TAG, ...stamp]);
    const stamps: number[] = [];
    for (let at = plain.indexOf(needle); at !== -1; at = plain.indexOf(needle, at + 1)) stamps.push(at + 1);
    if (stamps.length !== labels.length) throw new Error(`${stamps.length} timestamps in a batch of ${labels.length}`);
    const { bytes, offsets } = snappyBlock(plain, { at: stamps, length: stamp.length });
    this.#bytes = bytes;
    this.#offsets = offsets;
  }

  /** `timestamp` in ms; it must take as many bytes as today's, as those of the next 70 years do. */
  at(timestamp: number): Buffer<ArrayBuffer> {
    const bytes = Buffer.from(this.#bytes);
    const stamp = varintOf(timestamp);
    for (const offset of this.#offsets) bytes.set(stamp, offset);
    return bytes;
  }
}

/** Of the field `timestamp = 2` of a Sample. */
const TIMESTAMP_TAG = 2 << 3;

export const METRIC = 'node_cpu_seconds';

/** Series of {@link METRIC} as a node exporter has them, some 170 bytes of labels each. */
export function nodeExporterLabels(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) =>
    encodeLabels({
      ...{ __name__: METRIC, cluster: 'production-a', cpu: String(i % 64), datacenter: 'eu-central-1', job: 'node' },
      ...{ instance: `10.0.${i >> 8}.${i & 255}:9100`, mode: ['idle', 'user', 'system', 'iowait'][i % 4] ?? '' },
    }),
  );
}
