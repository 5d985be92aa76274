/** OTLP metrics as JSON has them; numbers of 64 bits may be texts there. Unknown fields are passed over. */
export interface OtlpRequest {
  readonly resourceMetrics?: readonly {
    readonly resource?: { readonly attributes?: readonly OtlpAttribute[] };
    readonly scopeMetrics?: readonly {
      readonly scope?: {
        readonly name?: string;
        readonly version?: string;
        readonly attributes?: readonly OtlpAttribute[];
      };
      readonly metrics?: readonly OtlpMetric[];
    }[];
  }[];
}

export interface OtlpAttribute {
  readonly key?: string;
  readonly value?: OtlpValue;
}

export interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: OtlpNumber;
  readonly doubleValue?: OtlpNumber;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
}

export type OtlpNumber = number | string;

interface Points {
  readonly dataPoints?: readonly OtlpPoint[];
  readonly aggregationTemporality?: number | string;
}

export interface OtlpMetric {
  readonly name?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly gauge?: Points;
  readonly sum?: Points & { readonly isMonotonic?: boolean };
  readonly histogram?: Points;
  readonly exponentialHistogram?: Points;
  readonly summary?: Points;
}

/** Of any kind of metric; each has some of the fields. */
export interface OtlpPoint {
  readonly attributes?: readonly OtlpAttribute[];
  readonly timeUnixNano?: OtlpNumber;
  readonly flags?: number;
  readonly exemplars?: readonly unknown[];
  readonly asDouble?: OtlpNumber;
  readonly asInt?: OtlpNumber;
  readonly count?: OtlpNumber;
  readonly sum?: OtlpNumber;
  readonly bucketCounts?: readonly OtlpNumber[];
  readonly explicitBounds?: readonly OtlpNumber[];
  readonly quantileValues?: readonly { readonly quantile?: OtlpNumber; readonly value?: OtlpNumber }[];
}

/** JSON writes numbers of 64 bits, and those that JSON has no form for, as texts. NaN where it is no number at all. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
}

/** An attribute's value as the text of a dimension; of a list its values between commas. Empty when there is none. */
export function attributeText(value: OtlpValue | undefined): string {
  if (value === undefined || value === null) return '';
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = value;
  if (typeof stringValue === 'string') return stringValue;
  const plain = boolValue ?? intValue ?? doubleValue;
  if (plain !== undefined) return String(plain);
  return Array.isArray(arrayValue?.values) ? arrayValue.values.map(attributeText).join(',') : '';
}
