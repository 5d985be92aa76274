import type { alertAnswer, transitionAnswer } from '@cloudbell/core/contract/alert.ts';
import type { deliveryAnswer, deliveryDetail } from '@cloudbell/core/contract/delivery.ts';
import type { receivedAnswer } from '@cloudbell/core/contract/inbox.ts';
import type { meAnswer } from '@cloudbell/core/contract/standing.ts';

/**
 * What the API answers, read off the contract's schemas as types only: no schema, and no zod, ends up in the bundle.
 */
export type Output<Schema extends { readonly _zod: { readonly output: unknown } }> = Schema['_zod']['output'];

export type Alert = Output<typeof alertAnswer>;
export type Transition = Output<typeof transitionAnswer>;
export type Delivery = Output<typeof deliveryAnswer>;
export type DeliveryDetail = Output<typeof deliveryDetail>;
export type Attempt = DeliveryDetail['attempts'][number];
export type Received = Output<typeof receivedAnswer>;
export type Me = Output<typeof meAnswer>;

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Cursor of the next page; null on the last. */
  readonly next: string | null;
}
