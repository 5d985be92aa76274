import type { SuppressionReason } from '@cloudbell/core/alert/effect.ts';
import type { EventContent } from '@cloudbell/core/event/event.ts';
import type { Level } from '@cloudbell/core/rule/rule.ts';
import type { EventOutcome, EventRow } from '../../ports/store-reader.ts';

/** Rows of events as the reader finds them, and what they become. */
export interface EventDbRow {
  readonly event_key: number;
  readonly event_id: string;
  readonly product: string;
  readonly type: string;
  readonly level: Level;
  readonly name: string;
  readonly status: string;
  readonly content: string;
  readonly resource_id: string | null;
  readonly instance_name: string | null;
  readonly timestamp: number;
  readonly created_at: number;
}

export interface OutcomeDbRow {
  readonly transition_id: string;
  readonly rule_id: string;
  readonly rule_version: number;
  readonly suppressed: SuppressionReason | null;
  readonly delivery_ids: string;
}

export function eventOf(row: EventDbRow): EventRow {
  return {
    eventId: row.event_id,
    product: row.product,
    type: row.type,
    level: row.level,
    name: row.name,
    status: row.status,
    content: JSON.parse(row.content) as EventContent,
    resourceId: row.resource_id,
    instanceName: row.instance_name,
    timestamp: row.timestamp,
    createdAt: row.created_at,
  };
}

export function outcomeOf(row: OutcomeDbRow): EventOutcome {
  return {
    transitionId: row.transition_id,
    ruleId: row.rule_id,
    ruleVersion: row.rule_version,
    suppressed: row.suppressed,
    deliveryIds: JSON.parse(row.delivery_ids) as string[],
  };
}
