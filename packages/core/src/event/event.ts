import type { Dimensions } from '../metric/dimensions.ts';
import type { Level } from '../rule/rule.ts';

/** What an event tells beside its fields: a text, or a JSON object. */
export type EventContent = string | { readonly [name: string]: unknown };

/**
 * Something that happened, as a system or a program told it; reference/cloudmonitor.md §1.6 has the vendor's form.
 * An event has no state and no value over time: it is forwarded or not, once (design.md §1).
 */
export interface ReportedEvent {
  /** What it is about: `ECS`, `RDS`, an own program. */
  readonly product: string;
  /** The kind of event: `StatusNotification`, `Exception`, `Maintenance`. */
  readonly type: string;
  readonly level: Level;
  /** `Instance:StateChange` */
  readonly name: string;
  /** `Normal`, `Failed`, `Executing`: what the sender says. */
  readonly status: string;
  readonly content: EventContent;
  readonly resourceId: string | null;
  readonly instanceName: string | null;
  /** ms: when it happened, by the sender's clock. */
  readonly timestamp: number;
}

/** Sizes of an event's parts, in bytes of UTF-8, and of what holds them. */
export const EVENT_LIMITS = {
  nameBytes: 255,
  resourceIdBytes: 1024,
  contentBytes: 64 * 1024,
  /** Objects and lists inside one another. */
  contentDepth: 32,
  /** Events of one request. */
  batch: 1000,
} as const;

/**
 * The resource an event is about: its id, else the name of the instance, else none. Two machines that are known by name
 * alone must not silence each other. As dimensions, because that is what a resource is everywhere else.
 */
export function resourceOf(event: Pick<ReportedEvent, 'resourceId' | 'instanceName'>): Dimensions {
  if (event.resourceId !== null) return { resourceId: event.resourceId };
  return event.instanceName === null ? {} : { instanceName: event.instanceName };
}
