import { readUtf8 } from './label-bytes.ts';
import { BYTES, malformed, readLength, readVarint, skipField, VARINT, varint } from './protobuf.ts';
import { readSample } from './remote-write-sample.ts';
import type { SampleRows } from './sample-rows.ts';

/**
 * Prometheus remote write 1.0, `prometheus.WriteRequest`, into rows:
 *
 *     WriteRequest{TimeSeries timeseries = 1; MetricMetadata metadata = 3}
 *     TimeSeries{Label labels = 1; Sample samples = 2; Exemplar exemplars = 3; Histogram histograms = 4}
 *     Sample{double value = 1; int64 timestamp = 2}
 *
 * One pass. The labels of a series are one range of bytes, and that range is what it is looked up with; only a sender
 * that mixes labels and samples has them put together first.
 */
export function decodeWriteRequest1(bytes: Uint8Array, length: number, rows: SampleRows): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  for (let at = 0; at < length; ) {
    at = readVarint(bytes, at, length);
    const tag = varint.value;
    if (tag === TIME_SERIES || tag === METADATA) {
      at = readLength(bytes, at, length);
      const end = at + varint.value;
      if (tag === TIME_SERIES) readSeries({ bytes, view }, at, end, rows);
      else readMetadata(bytes, at, end, rows);
      at = end;
    } else at = skipField(bytes, at, length, tag & 7);
  }
}

const TIME_SERIES = (1 << 3) | BYTES;
const METADATA = (3 << 3) | BYTES;
const LABEL = (1 << 3) | BYTES;
const SAMPLE = (2 << 3) | BYTES;
const EXEMPLAR = (3 << 3) | BYTES;
const HISTOGRAM = (4 << 3) | BYTES;

interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

function readSeries(source: Source, start: number, end: number, rows: SampleRows): void {
  const { bytes } = source;
  const firstRow = rows.count;
  let at = start;
  while (at < end && bytes[at] === LABEL) at = passBytes(bytes, at + 1, end);
  const labelsEnd = at;
  let slot = -1;
  let isMixed = false;
  while (at < end) {
    at = readTag(bytes, at, end);
    const tag = varint.value;
    if (tag === SAMPLE) {
      if (slot < 0) slot = rows.slotOf(bytes, start, labelsEnd);
      at = readSample(source, at, end, { slot, rows });
      continue;
    }
    if (tag === LABEL && !isMixed) {
      isMixed = true;
      const labels = labelsOf(bytes, start, end);
      slot = rows.slotOf(labels, 0, labels.length);
      rows.slots.fill(slot, firstRow, rows.count);
    } else if (tag === HISTOGRAM) rows.nativeHistograms += 1;
    else if (tag === EXEMPLAR) rows.exemplars += 1;
    at = skipField(bytes, at, end, tag & 7);
  }
}

/** All labels of a series that has something between them, as one range. */
function labelsOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const labels = new Uint8Array(end - start);
  let length = 0;
  for (let at = start; at < end; ) {
    const from = at;
    at = readTag(bytes, at, end);
    const tag = varint.value;
    at = skipField(bytes, at, end, tag & 7);
    if (tag !== LABEL) continue;
    labels.set(bytes.subarray(from, at), length);
    length += at - from;
  }
  return labels.subarray(0, length);
}

/** A tag of one byte, as all that matter here are, without a call. */
function readTag(bytes: Uint8Array, at: number, end: number): number {
  const tag = bytes[at] as number;
  if (tag >= 0x80) return readVarint(bytes, at, end);
  varint.value = tag;
  return at + 1;
}

/** Passes over a field's length and as many bytes. */
function passBytes(bytes: Uint8Array, at: number, end: number): number {
  const size = bytes[at] as number;
  if (size >= 0x80 || at >= end) return readLength(bytes, at, end) + varint.value;
  if (size > end - at - 1) throw malformed('a field is longer than what holds it');
  return at + 1 + size;
}

/** In the order of the enumeration; 2.0 has the same. */
export const METRIC_TYPES = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
] as const;

/** `MetricMetadata{MetricType type = 1; string metric_family_name = 2; string help = 4; string unit = 5}`. */
function readMetadata(bytes: Uint8Array, start: number, end: number, rows: SampleRows): void {
  const texts: Record<number, string> = {};
  let type = 0;
  for (let at = start; at < end; ) {
    at = readVarint(bytes, at, end);
    const field = Math.floor(varint.value / 8);
    const wireType = varint.value & 7;
    if (field === 1 && wireType === VARINT) {
      at = readVarint(bytes, at, end);
      type = varint.value;
    } else if (wireType === BYTES && (field === 2 || field === 4 || field === 5)) {
      at = readLength(bytes, at, end);
      texts[field] = readUtf8(bytes, at, at + varint.value) ?? '';
      at += varint.value;
    } else at = skipField(bytes, at, end, wireType);
  }
  const { 2: metricName = '', 4: help = '', 5: unit = '' } = texts;
  if (metricName !== '') rows.describe({ metricName, type: METRIC_TYPES[type] ?? 'unknown', unit, help });
}
