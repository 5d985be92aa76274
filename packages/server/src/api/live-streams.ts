import type { ServerResponse } from 'node:http';
import type { Principal } from './principal.ts';

/**
 * Which streams of events are open, and whose: they outlive the request that was let in, and must not outlive the
 * session or access key it was let in by.
 */
export class LiveStreams {
  readonly #open = new Map<ServerResponse, Principal>();

  add(principal: Principal, response: ServerResponse): void {
    this.#open.set(response, principal);
    response.on('close', () => this.#open.delete(response));
  }

  /** Cuts off those of whom this is true. One that may still come back does so by itself, with what it missed. */
  endWhere(isOut: (principal: Principal) => boolean): void {
    for (const [response, principal] of this.#open) if (isOut(principal)) response.destroy();
  }

  endOfUser(account: string, name: string): void {
    this.endWhere((one) => one.kind === 'session' && one.account === account && one.name === name);
  }
}
