/**
 * The parts of OTLP's metrics messages that are read (opentelemetry-proto, metrics/v1 and common/v1), as data: field
 * number → name and kind. Names are those of the JSON form, so that both forms become the same objects.
 */
export type FieldKind =
  | 'text'
  | 'bool'
  /** Varints, signed as plain int64. */
  | 'int'
  | 'double'
  /** 64 bits without a sign, and with: numbers, exact up to 2^53. */
  | 'fixed'
  | 'sfixed'
  | MessageSchema;

export interface FieldSchema {
  readonly name: string;
  readonly kind: FieldKind;
  readonly isList?: boolean;
}

export type MessageSchema = { readonly [field: number]: FieldSchema };

const one = (name: string, kind: FieldKind): FieldSchema => ({ name, kind });
const list = (name: string, kind: FieldKind): FieldSchema => ({ name, kind, isList: true });

/** Values within values: as deep as attributes ever are. */
const SCALARS: MessageSchema = {
  1: one('stringValue', 'text'),
  2: one('boolValue', 'bool'),
  3: one('intValue', 'int'),
  4: one('doubleValue', 'double'),
};
const ANY_VALUE: MessageSchema = { ...SCALARS, 5: one('arrayValue', { 1: list('values', SCALARS) }) };
const ATTRIBUTE: MessageSchema = { 1: one('key', 'text'), 2: one('value', ANY_VALUE) };

const COMMON: MessageSchema = { 3: one('timeUnixNano', 'fixed') };
const NUMBER_POINT: MessageSchema = {
  ...COMMON,
  4: one('asDouble', 'double'),
  6: one('asInt', 'sfixed'),
  5: list('exemplars', {}),
  7: list('attributes', ATTRIBUTE),
  8: one('flags', 'int'),
};
const HISTOGRAM_POINT: MessageSchema = {
  ...COMMON,
  4: one('count', 'fixed'),
  5: one('sum', 'double'),
  6: list('bucketCounts', 'fixed'),
  7: list('explicitBounds', 'double'),
  8: list('exemplars', {}),
  9: list('attributes', ATTRIBUTE),
  10: one('flags', 'int'),
};
const EXPONENTIAL_POINT: MessageSchema = {
  ...COMMON,
  1: list('attributes', ATTRIBUTE),
  4: one('count', 'fixed'),
  5: one('sum', 'double'),
  10: one('flags', 'int'),
  11: list('exemplars', {}),
};
const SUMMARY_POINT: MessageSchema = {
  ...COMMON,
  4: one('count', 'fixed'),
  5: one('sum', 'double'),
  6: list('quantileValues', { 1: one('quantile', 'double'), 2: one('value', 'double') }),
  7: list('attributes', ATTRIBUTE),
  8: one('flags', 'int'),
};

const TEMPORALITY = one('aggregationTemporality', 'int');
const METRIC: MessageSchema = {
  1: one('name', 'text'),
  2: one('description', 'text'),
  3: one('unit', 'text'),
  5: one('gauge', { 1: list('dataPoints', NUMBER_POINT) }),
  7: one('sum', { 1: list('dataPoints', NUMBER_POINT), 2: TEMPORALITY, 3: one('isMonotonic', 'bool') }),
  9: one('histogram', { 1: list('dataPoints', HISTOGRAM_POINT), 2: TEMPORALITY }),
  10: one('exponentialHistogram', { 1: list('dataPoints', EXPONENTIAL_POINT), 2: TEMPORALITY }),
  11: one('summary', { 1: list('dataPoints', SUMMARY_POINT) }),
};

export const EXPORT_METRICS_REQUEST: MessageSchema = {
  1: list('resourceMetrics', {
    1: one('resource', { 1: list('attributes', ATTRIBUTE) }),
    2: list('scopeMetrics', {
      1: one('scope', { 1: one('name', 'text'), 2: one('version', 'text'), 3: list('attributes', ATTRIBUTE) }),
      2: list('metrics', METRIC),
    }),
  }),
};
