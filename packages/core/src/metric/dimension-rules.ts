import type { Dimensions } from './dimensions.ts';
import { isObject, kindOf, longerThan, nameFault } from './text-size.ts';

/** Limits of names and dimensions, each an option of the deployment (semantics.md, Limits). */
export interface NameLimits {
  readonly nameBytesMax: number;
  readonly dimensionsMax: number;
  readonly dimensionValueBytesMax: number;
}

export const DEFAULT_NAME_LIMITS: NameLimits = { nameBytesMax: 255, dimensionsMax: 64, dimensionValueBytesMax: 1024 };

/** The most that any deployment may allow. */
export const WIDEST_NAME_LIMITS: NameLimits = {
  nameBytesMax: 4096,
  dimensionsMax: 1024,
  dimensionValueBytesMax: 65_536,
};

/** Where and what is wrong with dimensions; `at` is a dimension's name, absent when they are wrong as a whole. */
export interface DimensionFault {
  readonly at?: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * Receivers split `{userId=12, instanceId=i-12}` at `, ` and `=`: a *name* with one of these, a brace or a blank could
 * imitate another dimension there. Values stay as they are: paths, descriptions and queries are real.
 */
const NAME_FORBIDDEN = /[=,{}\s]/u;

/** Checks dimensions as a sample or a rule's resource carries them; null when they are in order. */
export function dimensionsFault(value: unknown, limits: NameLimits): DimensionFault | null {
  if (!isObject(value)) {
    return { message: `they are ${kindOf(value)}, not an object`, hint: 'Write {"instanceId": "i-12"}.' };
  }
  const names = Object.keys(value);
  if (names.length > limits.dimensionsMax) {
    return {
      message: `there are ${names.length} of them, more than ${limits.dimensionsMax}`,
      hint: 'Keep what identifies the resource; drop what only describes it.',
    };
  }
  for (const name of names) {
    const fault =
      nameFault(name, limits.nameBytesMax) ?? (NAME_FORBIDDEN.test(name) ? 'holds a blank or one of = , { }' : null);
    if (fault !== null)
      return { at: name, message: `the name ${fault}`, hint: 'Use letters, digits, "_", "." or "-".' };
    const wrong = valueFault(value[name], limits.dimensionValueBytesMax);
    if (wrong !== null) return { at: name, ...wrong };
  }
  return null;
}

function valueFault(value: unknown, bytesMax: number): { message: string; hint: string } | null {
  if (typeof value !== 'string') {
    return {
      message: `its value is ${kindOf(value)}, not a text`,
      hint: 'Dimension values are texts: put them in quotes.',
    };
  }
  if (value === '') return { message: 'its value is empty', hint: 'Leave out a dimension that has no value.' };
  if (longerThan(value, bytesMax)) {
    return {
      message: `its value is longer than ${bytesMax} bytes of UTF-8`,
      hint: 'Shorten it, or send a digest of it.',
    };
  }
  if (!value.isWellFormed())
    return { message: 'its value holds half of a surrogate pair', hint: 'Send well-formed Unicode.' };
  return null;
}

/** A copy with own properties only, whatever they are called. Call with checked dimensions. */
export function copyDimensions(value: unknown): Dimensions {
  return { ...(value as Dimensions) };
}

/** Letters, digits and `_ - . / \`, as Cloud Monitor has them, and Prometheus' `:`. */
const METRIC_NAME = /^[A-Za-z0-9_.:/\\-]+$/;

/** What is wrong with a namespace or a metric name; null when nothing is. */
export function metricNameFault(text: unknown, limits: NameLimits): string | null {
  const fault = nameFault(text, limits.nameBytesMax);
  if (fault !== null) return fault;
  return METRIC_NAME.test(text as string) ? null : 'holds a character beyond letters, digits and _ - . : / \\';
}
