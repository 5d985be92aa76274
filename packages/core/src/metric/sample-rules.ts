import type { ErrorCode } from '../contract/error-codes.ts';
import type { Problem } from '../contract/problem.ts';
import { suggestion } from './closest-name.ts';
import { dimensionsFault, metricNameFault, type NameLimits } from './dimension-rules.ts';
import { isObject, kindOf, nameFault } from './text-size.ts';

/**
 * What a sample must be to be taken, as `POST /api/v1/samples` sends it. Pure: the present time comes in. Split in
 * two so that a known series pays only for what changes from sample to sample:
 * {@link identityProblem} is about the series, {@link readMeasurement} about value, timestamp and display name.
 */
export interface SampleTimes {
  /** Event time now, ms: the timestamp of a sample that has none. */
  readonly nowMs: number;
  /** How far ahead of it a timestamp may be, ms. */
  readonly futureMaxMs: number;
  /** Raw retention, ms: older is refused. */
  readonly retentionMs: number;
}

export interface Measurement {
  readonly timestamp: number;
  readonly value: number;
  readonly instanceName: string | null;
}

export const SAMPLE_FIELDS = ['namespace', 'metricName', 'dimensions', 'timestamp', 'value', 'instanceName'] as const;
const FIELDS: ReadonlySet<string> = new Set(SAMPLE_FIELDS);

/** Not an object, or an object with a misspelt field; null when neither. */
export function shapeProblem(item: unknown): Problem | null {
  if (!isObject(item)) {
    return problem(
      'sample_invalid',
      undefined,
      `The sample is ${kindOf(item)}, not an object.`,
      'Send [{"namespace":…,"metricName":…,"dimensions":…,"value":…}].',
    );
  }
  for (const name of Object.keys(item)) {
    if (!FIELDS.has(name)) {
      return problem(
        'sample_field_unknown',
        name,
        `A sample has no field "${name.slice(0, 64)}".`,
        suggestion(name, SAMPLE_FIELDS),
      );
    }
  }
  return null;
}

/** What is wrong with the names and dimensions that identify the series; null when nothing is. */
export function identityProblem(item: Readonly<Record<string, unknown>>, limits: NameLimits): Problem | null {
  const namespace = metricNameFault(item.namespace, limits);
  if (namespace !== null) {
    return problem('sample_namespace_invalid', 'namespace', `The namespace ${namespace}.`, 'Write it like "acs_ecs".');
  }
  const metricName = metricNameFault(item.metricName, limits);
  if (metricName !== null) {
    return problem(
      'sample_metric_name_invalid',
      'metricName',
      `The metric name ${metricName}.`,
      'Write it like "Host.mem.usedutilization".',
    );
  }
  const fault = item.dimensions === undefined ? null : dimensionsFault(item.dimensions, limits);
  if (fault === null) return null;
  const field = fault.at === undefined ? 'dimensions' : `dimensions.${fault.at.slice(0, 64)}`;
  const what = fault.at === undefined ? 'Of the dimensions' : `Of dimension "${fault.at.slice(0, 64)}"`;
  return problem('sample_dimensions_invalid', field, `${what}: ${fault.message}.`, fault.hint);
}

/** Value, timestamp and display name, or what is wrong with them. */
export function readMeasurement(
  item: Readonly<Record<string, unknown>>,
  times: SampleTimes,
  limits: NameLimits,
): Measurement | { readonly problem: Problem } {
  const { value, timestamp = times.nowMs, instanceName = null } = item;
  if (typeof value !== 'number' || !Number.isFinite(value)) return { problem: valueProblem(value) };
  const late = timestampProblem(timestamp, times);
  if (late !== null) return { problem: late };
  const fault = instanceName === null ? null : nameFault(instanceName, limits.nameBytesMax);
  if (fault !== null) {
    const message = `The instance name ${fault}.`;
    return {
      problem: problem('sample_instance_name_invalid', 'instanceName', message, 'Leave it out, or shorten it.'),
    };
  }
  return { timestamp: timestamp as number, value, instanceName: instanceName as string | null };
}

function valueProblem(value: unknown): Problem {
  const shown =
    typeof value === 'string'
      ? `the text "${value.slice(0, 32)}"`
      : typeof value === 'number'
        ? String(value)
        : kindOf(value);
  const hint =
    typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
      ? 'Send the number without quotes.'
      : 'Leave a sample out when there is nothing to measure: NaN and infinities are never values.';
  return problem('sample_value_invalid', 'value', `The value is ${shown}, not a finite number.`, hint);
}

function timestampProblem(timestamp: unknown, times: SampleTimes): Problem | null {
  if (typeof timestamp !== 'number' || !Number.isSafeInteger(timestamp) || timestamp < 0) {
    const shown = typeof timestamp === 'number' ? String(timestamp) : kindOf(timestamp);
    return problem(
      'sample_timestamp_invalid',
      'timestamp',
      `The timestamp is ${shown}, not a whole number of ms.`,
      'Send ms since 1970 as a number, or leave it out for now.',
    );
  }
  const aheadMs = timestamp - times.nowMs;
  if (aheadMs > times.futureMaxMs) {
    const unit =
      timestamp > times.nowMs * 100 ? 'It looks like µs or ns: divide to ms.' : 'Check the clock of the sender.';
    return problem(
      'sample_timestamp_future',
      'timestamp',
      `The timestamp is ${Math.round(aheadMs / 1000)} s ahead of event time.`,
      unit,
    );
  }
  if (-aheadMs <= times.retentionMs) return null;
  // Ten digits are seconds of this century; as ms they would be January 1970.
  if (timestamp >= 1e9 && timestamp < 1e10) {
    return problem(
      'sample_timestamp_invalid',
      'timestamp',
      `The timestamp ${timestamp} is in s, not in ms.`,
      `Multiply it by 1000: ${timestamp}000.`,
    );
  }
  const keptHours = Math.round(times.retentionMs / 3_600_000);
  return problem(
    'sample_timestamp_old',
    'timestamp',
    `The timestamp is ${Math.round(-aheadMs / 1000)} s old; raw samples are kept ${keptHours} h.`,
    'Send samples while they are young; older ones cannot be evaluated.',
  );
}

function problem(code: ErrorCode, field: string | undefined, message: string, hint: string): Problem {
  return field === undefined ? { code, message, hint } : { code, field, message, hint };
}
