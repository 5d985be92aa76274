import { readUtf8 } from './label-bytes.ts';
import { type ByteRange, LabelWriter } from './label-writer.ts';
import { BYTES, malformed, readLength, readVarint, skipField, VARINT, varint } from './protobuf.ts';
import { METRIC_TYPES } from './remote-write-1.ts';
import { readSample } from './remote-write-sample.ts';
import type { SampleRows } from './sample-rows.ts';
import { WireError } from './wire-error.ts';

/**
 * Prometheus remote write 2.0, `io.prometheus.write.v2.Request`, into rows:
 *
 *     Request{string symbols = 4; TimeSeries timeseries = 5}
 *     TimeSeries{uint32 labels_refs = 1; Sample samples = 2; Histogram histograms = 3; Exemplar exemplars = 4; Metadata metadata = 5}
 *     Sample{double value = 1; int64 timestamp = 2; int64 start_timestamp = 3}
 *     Metadata{MetricType type = 1; uint32 help_ref = 3; uint32 unit_ref = 4}
 *
 * References mean something within one request only, so each series' labels are written out as 1.0 has them and looked
 * up by that: a sender that changes from 1.0 to 2.0 stays the same series.
 */
export function decodeWriteRequest2(
  bytes: Uint8Array,
  length: number,
  to: { readonly rows: SampleRows; readonly bytesMax: number },
): void {
  const source: Source = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, length),
    symbols: readSymbols(bytes, length),
    labels: new LabelWriter(),
    refs: [],
    name: { bytes, start: 0, end: 0 },
    value: { bytes, start: 0, end: 0 },
    described: new Set(),
    bytesLeft: to.bytesMax,
  };
  for (let at = 0; at < length; ) {
    at = readVarint(bytes, at, length);
    const tag = varint.value;
    if (tag !== TIME_SERIES) {
      at = skipField(bytes, at, length, tag & 7);
      continue;
    }
    at = readLength(bytes, at, length);
    const end = at + varint.value;
    readSeries(source, at, end, to.rows);
    at = end;
  }
}

const SYMBOL = (4 << 3) | BYTES;
const TIME_SERIES = (5 << 3) | BYTES;
const REFS = (1 << 3) | BYTES;
const REF = (1 << 3) | VARINT;
const SAMPLE = (2 << 3) | BYTES;
const HISTOGRAM = (3 << 3) | BYTES;
const EXEMPLAR = (4 << 3) | BYTES;
const METADATA = (5 << 3) | BYTES;

/** Where each symbol begins and ends. */
interface Symbols {
  readonly count: number;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly symbols: Symbols;
  readonly labels: LabelWriter;
  /** Of the series that is being read. */
  readonly refs: number[];
  /** Of the label that is being written. */
  readonly name: ByteRange;
  readonly value: ByteRange;
  /** Symbols of metric names whose metadata was read: it comes with each series. */
  readonly described: Set<number>;
  /** What references may still write out: a symbol of a megabyte can be named in one byte. */
  bytesLeft: number;
}

function readSymbols(bytes: Uint8Array, length: number): Symbols {
  let starts = new Uint32Array(256);
  let ends = new Uint32Array(256);
  let count = 0;
  for (let at = 0; at < length; ) {
    at = readVarint(bytes, at, length);
    const tag = varint.value;
    if (tag !== SYMBOL) {
      at = skipField(bytes, at, length, tag & 7);
      continue;
    }
    at = readLength(bytes, at, length);
    if (count === starts.length) {
      starts = doubled(starts);
      ends = doubled(ends);
    }
    starts[count] = at;
    at += varint.value;
    ends[count++] = at;
  }
  if (count > 0 && ends[0] !== starts[0]) throw malformed('the first symbol is not the empty text');
  return { count, starts, ends };
}

function doubled(from: Uint32Array): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
}

function readSeries(source: Source, start: number, end: number, rows: SampleRows): void {
  const { bytes, refs } = source;
  const firstRow = rows.count;
  let metadataAt = -1;
  refs.length = 0;
  for (let at = start; at < end; ) {
    at = readVarint(bytes, at, end);
    const tag = varint.value;
    if (tag === REFS) {
      at = readLength(bytes, at, end);
      for (const stop = at + varint.value; at < stop; ) at = readRef(source, at, stop);
    } else if (tag === REF) at = readRef(source, at, end);
    else if (tag === SAMPLE) at = readSample(source, at, end, { slot: 0, rows });
    else {
      if (tag === METADATA) metadataAt = at;
      else if (tag === HISTOGRAM) rows.nativeHistograms += 1;
      else if (tag === EXEMPLAR) rows.exemplars += 1;
      at = skipField(bytes, at, end, tag & 7);
    }
  }
  if (refs.length % 2 !== 0) throw malformed('a label has a name and no value');
  if (metadataAt >= 0) readMetadata(source, metadataAt, end, rows);
  // The references may stand behind the samples.
  if (rows.count > firstRow) rows.slots.fill(slotOf(source, rows), firstRow, rows.count);
}

function readRef(source: Source, at: number, end: number): number {
  const next = readVarint(source.bytes, at, end);
  if (varint.value < 0 || varint.value >= source.symbols.count) throw malformed('a reference to no symbol');
  source.refs.push(varint.value);
  return next;
}

function slotOf(source: Source, rows: SampleRows): number {
  const { symbols, refs, labels, name, value } = source;
  labels.begin();
  for (let i = 0; i < refs.length; i += 2) {
    setRange(name, symbols, refs[i] as number);
    setRange(value, symbols, refs[i + 1] as number);
    source.bytesLeft -= name.end - name.start + value.end - value.start;
    if (source.bytesLeft < 0) throw tooLarge();
    labels.pair(name, value);
  }
  return rows.slotOf(labels.bytes, 0, labels.length);
}

function setRange(range: ByteRange, symbols: Symbols, ref: number): void {
  range.start = symbols.starts[ref] as number;
  range.end = symbols.ends[ref] as number;
}

function tooLarge(): WireError {
  return new WireError('decompressed_too_large', {
    message: 'Written out, the labels of the request are longer than a body may be.',
    hint: 'Send fewer series at once, or raise --decompressed-bytes-max.',
  });
}

/** Of the metric whose series was just read; once for each name, for it comes with every series. */
function readMetadata(source: Source, start: number, seriesEnd: number, rows: SampleRows): void {
  const { bytes, described } = source;
  const nameRef = metricNameRef(source);
  if (nameRef === null || described.has(nameRef)) return;
  described.add(nameRef);
  let at = readLength(bytes, start, seriesEnd);
  const end = at + varint.value;
  const found = [0, 0, 0, 0, 0];
  while (at < end) {
    at = readVarint(bytes, at, end);
    const tag = varint.value;
    const field = Math.floor(tag / 8);
    if ((tag & 7) === VARINT && field < found.length) {
      at = readVarint(bytes, at, end);
      found[field] = varint.value;
    } else at = skipField(bytes, at, end, tag & 7);
  }
  const [, type = 0, , help = 0, unit = 0] = found;
  rows.describe({
    metricName: symbolText(source, nameRef),
    type: METRIC_TYPES[type] ?? 'unknown',
    unit: symbolText(source, unit),
    help: symbolText(source, help),
  });
}

function metricNameRef(source: Source): number | null {
  for (let i = 0; i < source.refs.length; i += 2) {
    if (symbolText(source, source.refs[i] as number) === '__name__') return source.refs[i + 1] ?? null;
  }
  return null;
}

function symbolText({ bytes, symbols }: Source, ref: number): string {
  if (ref < 0 || ref >= symbols.count) throw malformed('a reference to no symbol');
  return readUtf8(bytes, symbols.starts[ref] as number, symbols.ends[ref] as number) ?? '';
}
