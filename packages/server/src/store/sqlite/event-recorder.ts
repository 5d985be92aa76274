import type { StatementSync } from 'node:sqlite';
import { type ReportedEvent, resourceOf } from '@cloudbell/core/event/event.ts';
import type { EventRule } from '@cloudbell/core/event/event-rule.ts';
import { eventAlertId } from '@cloudbell/core/event/expand-event.ts';
import { heldBack } from '@cloudbell/core/event/forward-event.ts';
import { eventMatcher } from '@cloudbell/core/event/match-event.ts';
import { dimensionsKey } from '@cloudbell/core/metric/dimensions.ts';
import type { Contact, ContactsOf } from '@cloudbell/core/notify/contact.ts';
import type { DeliveryDraft } from '@cloudbell/core/notify/delivery.ts';
import { sha256Hex } from '../../base/digest.ts';
import type { ExpandEvent, RecordedEvents } from '../../ports/event-store.ts';
import { EVENTS_SQL } from './events-sql.ts';
import type { Lanes, NewDelivery } from './lanes.ts';
import { remembered } from './remembered.ts';
import type { WriteQueue } from './write-queue.ts';

export interface RecorderOptions {
  /** Makes ids unique to this store and this life of it; see {@link ./generation.ts}. */
  readonly generation: string;
  readonly expandEvent: ExpandEvent;
  readonly contactsOf: ContactsOf;
}

/** An event under the key it is stored with. */
interface Recorded {
  readonly key: number;
  readonly eventId: string;
  readonly event: ReportedEvent;
  readonly now: number;
}

/**
 * Stores events and forwards them, within a transaction of its caller. A rule that matches leaves a row in transitions,
 * with deliveries or with the reason why there are none; both kinds of notification share everything from there on.
 */
export class EventRecorder {
  readonly #lanes: Lanes;
  readonly #options: RecorderOptions;
  readonly #reserve: StatementSync;
  readonly #insert: StatementSync;
  readonly #rulesOf: StatementSync;
  readonly #lastNotified: StatementSync;
  readonly #notified: StatementSync;
  readonly #insertTransition: StatementSync;

  constructor({ db }: WriteQueue, lanes: Lanes, options: RecorderOptions) {
    this.#lanes = lanes;
    this.#options = options;
    this.#reserve = db.prepare(EVENTS_SQL.reserve);
    this.#insert = db.prepare(EVENTS_SQL.insert);
    this.#rulesOf = db.prepare(EVENTS_SQL.rulesOf);
    this.#lastNotified = db.prepare(EVENTS_SQL.lastNotified);
    this.#notified = db.prepare(EVENTS_SQL.notified);
    this.#insertTransition = db.prepare(EVENTS_SQL.insertTransition);
  }

  /** `except`: an endpoint that is sent nothing of this, whatever the rules say. */
  record(
    account: string,
    events: readonly ReportedEvent[],
    { now, except }: { readonly now: number; readonly except?: string },
  ): RecordedEvents {
    const firstKey = Number(this.#reserve.get(events.length)?.value) - events.length + 1;
    const book = new RuleBook((product) => this.#readRules(account, product), this.#options.contactsOf);
    const eventIds: string[] = [];
    const deliveries: NewDelivery[] = [];
    for (const [index, event] of events.entries()) {
      const key = firstKey + index;
      const eventId = sha256Hex(JSON.stringify([this.#options.generation, 'event', key])).slice(0, 32);
      this.#store(account, { key, eventId, event, now });
      eventIds.push(eventId);
      for (const [place, rule] of book.matching(event).entries()) {
        const id = `event-${key}-${place}`;
        deliveries.push(...this.#forward({ key, eventId, event, now }, { id, rule, book, except }));
      }
    }
    // Channels that people read have budgets: the courier claims for them itself.
    return { eventIds, deliveries: this.#lanes.insert(deliveries, null).made };
  }

  #store(account: string, { key, eventId, event, now }: Recorded): void {
    const { product, type, level, name, status, content, resourceId, instanceName, timestamp } = event;
    this.#insert.run(
      key,
      eventId,
      account,
      product,
      type,
      level,
      name,
      status,
      JSON.stringify(content),
      resourceId,
      instanceName,
      timestamp,
      now,
    );
  }

  #forward(
    { key, eventId, event, now }: Recorded,
    to: { readonly id: string; readonly rule: EventRule; readonly book: RuleBook; readonly except: string | undefined },
  ): NewDelivery[] {
    const { rule, id: transitionId } = to;
    const { account, ruleId } = rule;
    const resource = dimensionsKey(resourceOf(event));
    const alertId = eventAlertId(sha256Hex, rule, event);
    const last = this.#lastNotified.get(account, ruleId, resource, event.name)?.notified_at as number | undefined;
    const held = heldBack({ rule, lastNotifiedAt: last ?? null, now });
    const notificationId = `${this.#options.generation}-${transitionId}`;
    const contacts = to.book.contactsOf(rule);
    const due: readonly DeliveryDraft[] =
      held === null ? this.#options.expandEvent({ notificationId, alertId, eventId, event, rule, contacts }) : [];
    const drafts = due.filter(({ endpoint }) => endpoint !== to.except);
    const transitionKey = this.#insertTransition.run(
      transitionId,
      account,
      ruleId,
      alertId,
      rule.version,
      JSON.stringify(resourceOf(event)),
      event.instanceName,
      held ?? (drafts.length === 0 ? 'no_endpoint' : null),
      now,
      key,
    ).lastInsertRowid;
    if (drafts.length > 0) this.#notified.run(account, ruleId, resource, event.name, now);
    const common = { transitionKey, account, ruleId, alertId, triggerLevel: event.level, createdAt: now };
    return drafts.map((draft) => ({ ...draft, ...common }));
  }

  #readRules(account: string, product: string | null): EventRule[] {
    const rows = this.#rulesOf.all({ account, product }) as unknown as { body: string }[];
    return rows.map(({ body }) => JSON.parse(body) as EventRule);
  }
}

/** What one request asks for again and again: the rules of a product, and the contacts of a rule. */
class RuleBook {
  readonly #read: (product: string | null) => EventRule[];
  readonly #contactsOf: ContactsOf;
  readonly #rules = new Map<string | null, EventRule[]>();
  readonly #contacts = new Map<string, readonly Contact[]>();

  constructor(read: (product: string | null) => EventRule[], contactsOf: ContactsOf) {
    this.#read = read;
    this.#contactsOf = contactsOf;
  }

  /** Those of the product, then those of every product. */
  matching(event: ReportedEvent): readonly EventRule[] {
    const mismatchOf = eventMatcher(event);
    return [event.product, null]
      .flatMap((product) => remembered(this.#rules, product, () => this.#read(product)))
      .filter((rule) => mismatchOf(rule) === null);
  }

  contactsOf({ ruleId, account, contactGroups }: EventRule): readonly Contact[] {
    return remembered(this.#contacts, ruleId, () => this.#contactsOf(account, contactGroups));
  }
}
