import { FIXED64, readLength, readVarint, skipField, VARINT, varint } from './protobuf.ts';
import type { SampleRows } from './sample-rows.ts';

/**
 * What remote write 1.0 and 2.0 have in common: `Sample{double value = 1; int64 timestamp = 2}`, and fields that a later
 * version adds, which are passed over.
 */
const VALUE = (1 << 3) | FIXED64;
const TIMESTAMP = (2 << 3) | VARINT;

/** Reads the sample at `start` into a row of `slot`, and answers where it ends; a staleness marker is only counted. */
export function readSample(
  { bytes, view }: { readonly bytes: Uint8Array; readonly view: DataView },
  start: number,
  end: number,
  to: { readonly slot: number; readonly rows: SampleRows },
): number {
  let at = readLength(bytes, start, end);
  const stop = at + varint.value;
  let value = 0;
  let timestamp = 0;
  let isStale = false;
  while (at < stop) {
    const tag = bytes[at] as number;
    if (tag === VALUE && at + 9 <= stop) {
      value = view.getFloat64(at + 1, true);
      isStale = Number.isNaN(value) && isStaleMarker(view, at + 1);
      at += 9;
    } else if (tag === TIMESTAMP) {
      at = readVarint(bytes, at + 1, stop);
      timestamp = varint.value;
    } else {
      at = readVarint(bytes, at, stop);
      at = skipField(bytes, at, stop, varint.value & 7);
    }
  }
  if (isStale) to.rows.staleMarkers += 1;
  else to.rows.add(to.slot, timestamp, value);
  return stop;
}

/** The one NaN that says: this series has ended. */
export function isStaleMarker(view: DataView, at: number): boolean {
  return view.getUint32(at, true) === 2 && view.getUint32(at + 4, true) === 0x7ff0_0000;
}
