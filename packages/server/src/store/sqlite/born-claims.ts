import type { ClaimedDelivery, DeliveryDraft } from '@cloudbell/core/notify/delivery.ts';
import type { BornRequest } from '../../ports/outbox.ts';
import { roomOf } from './claim.ts';

/**
 * The courier, waiting for deliveries that are still to be made (ports/outbox.ts, `claimBorn`). A transaction only looks
 * at the room, for it may yet be taken back; what was claimed in it is handed over once it is durable.
 */
export class BornClaims {
  #waiting: { readonly request: BornRequest; readonly resolve: (claimed: ClaimedDelivery[]) => void } | null = null;
  /** Claimed while nobody waited any more: two transactions shared one commit. */
  #unclaimed: readonly ClaimedDelivery[] = [];

  wait(request: BornRequest): Promise<ClaimedDelivery[]> {
    this.#waiting?.resolve([]);
    return new Promise((resolve) => {
      this.#waiting = { request, resolve };
      this.handOver([]);
    });
  }

  /** Null while the courier does not wait. */
  room(): BornRoom | null {
    return this.#waiting === null ? null : new BornRoom(this.#waiting.request);
  }

  handOver(born: readonly ClaimedDelivery[]): void {
    this.#unclaimed = [...this.#unclaimed, ...born];
    if (this.#unclaimed.length === 0 || this.#waiting === null) return;
    const { resolve } = this.#waiting;
    this.#waiting = null;
    resolve([...this.#unclaimed]);
    this.#unclaimed = [];
  }
}

/** What one transaction has taken of it. */
export class BornRoom {
  readonly #request: BornRequest;
  readonly #taken = new Map<string, number>();
  #left: number;

  constructor(request: BornRequest) {
    this.#request = request;
    this.#left = request.limit;
  }

  has({ endpoint, channel }: Pick<DeliveryDraft, 'endpoint' | 'channel'>): boolean {
    if (this.#left <= 0 || !this.#request.channels.includes(channel)) return false;
    return (this.#taken.get(endpoint) ?? 0) < roomOf(this.#request, endpoint);
  }

  take({ endpoint }: Pick<DeliveryDraft, 'endpoint'>): void {
    this.#left--;
    this.#taken.set(endpoint, (this.#taken.get(endpoint) ?? 0) + 1);
  }
}
