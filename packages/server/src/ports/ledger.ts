/** Forgetting what is long over: deliveries with their attempts, and the transitions that caused them. */
export interface Ledger {
  /**
   * Deletes at most `limit` rows of deliveries that became final, and transitions that happened, before `before` (wall
   * clock, ms), the oldest first. A transition stays as long as one of its deliveries; what is on its way stays; the
   * newest of each stays, so that no key is given twice. A pass begins with `from` null and ends with `next` null.
   */
  prune(request: PruneRequest): Promise<{ readonly deleted: number; readonly next: PruneMark | null }>;
}

export interface PruneRequest {
  readonly before: number;
  readonly limit: number;
  readonly from: PruneMark | null;
}

/** How far a pass has come; opaque. */
export interface PruneMark {
  readonly table: 'deliveries' | 'transitions';
  readonly after: number;
}
