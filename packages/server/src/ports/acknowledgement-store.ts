/** Somebody knows about an alert as it is. `at` is wall clock ms. */
export interface Acknowledgement {
  readonly by: string;
  readonly at: number;
  readonly note: string;
}

export interface AlertAct {
  readonly account: string;
  readonly alertId: string;
  readonly by: string;
}

export type AcknowledgementWrite =
  /** `change` is the log outbox id to wait for. */
  | { readonly outcome: 'done'; readonly change: number }
  /** It is acknowledged by the same person with the same note, or there was nothing to take back. */
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'not_found' }
  /** The alert is OK, or was never evaluated: there is nothing to acknowledge. */
  | { readonly outcome: 'in_order' };

/**
 * The truth for acknowledgements. One is about a live alert as committed at that moment, and counts until the alert
 * changes state or level; nobody has to take it back then. Each write puts its row and its log outbox row into one
 * transaction. Whether an alert is acknowledged is read with the alert ({@link ./store-reader.ts}).
 */
export interface AcknowledgementStore {
  /** A later one takes the place of an earlier. */
  acknowledge(act: AlertAct & { readonly note: string }, now: number): Promise<AcknowledgementWrite>;
  withdraw(act: AlertAct, now: number): Promise<AcknowledgementWrite>;
}
