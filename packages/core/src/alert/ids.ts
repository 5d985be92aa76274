import { dimensionsKey } from '../metric/dimensions.ts';
import type { Series } from '../metric/series.ts';
import type { Position } from './log-record.ts';

/**
 * Ids that the fold derives instead of drawing, so that replaying the log gives the same ones.
 * `digest` answers lower-case hex SHA-256.
 */
export type Digest = (text: string) => string;

/** Identity of the alert of one (rule, resource): the same for as long as both keep their names. */
export function alertIdOf(digest: Digest, ruleId: string, series: Series): string {
  return digest(JSON.stringify([series.account, ruleId, dimensionsKey(series.dimensions)])).slice(0, 32);
}

/** Where an alert was triggered: `windowEnd` in event time ms tells two triggers of one entry apart. */
export interface TriggerPlace {
  readonly position: Position;
  readonly windowEnd: number;
}

export function transIdOf(digest: Digest, ruleId: string, series: Series, place: TriggerPlace): string {
  const { account, dimensions } = series;
  const named = [account, ruleId, dimensionsKey(dimensions), place.position.toString(), place.windowEnd];
  return uuid8(digest(JSON.stringify(named)));
}

/** A UUID whose bits are all ours except the version (8) and the variant (RFC 9562, section 5.8). */
export function uuid8(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
