import type { Line, Notified } from './history.ts';

/**
 * The verdict over a history. It shares no code with Cloudbell and trusts the ledger with two things only: how an
 * attempt was counted, and that a delivery was given up. Everything else is what receivers saw.
 *
 * lost        due, and neither accepted by its receiver nor given up after four judged attempts
 * invented    received without being due, or with a level that is not what is due
 * duplicates  received again after the receiver had accepted the request before. Allowed when a kill lies between, and the ledger
 *             shows an attempt that the kill cut off; or when the receiver accepted 5 s after the attempt began, on a
 *             machine that is too slow for this
 * inversions  of one endpoint and alert, a notification received after a later one
 * overtried   more than four judged attempts, or a fifth `cloudbell-attempt`
 */
export interface Verdict {
  readonly due: number;
  /** Resources of which it is not known what is due. */
  readonly uncertain: number;
  readonly accepted: number;
  readonly givenUp: number;
  readonly requests: number;
  readonly kills: number;
  readonly duplicates: number;
  readonly duplicatesOfOneKillMax: number;
  /** Duplicates because the receiver, which is this harness, took longer than the deadline. */
  readonly acceptedTooLate: number;
  readonly interruptedByOneKillMax: number;
  readonly judgedMax: number;
  /** Empty when all is well; the first few of each kind. */
  readonly faults: readonly string[];
}

const JUDGED_MAX = 4;
/** Cloudbell has at most 256 attempts under way and 512 claimed ahead, and may have 512 results not yet on record. */
const IN_FLIGHT_MAX = 1280;
/** ms. What is left of the deadline is the way of the request. */
const DEADLINE_MS = 4900;
const SHOWN_PER_KIND = 5;

interface Delivery {
  readonly of: Notified;
  receivedAt: number;
  /** The last request, by the receiver. */
  acceptedAt: number | null;
  accepts: number;
  requests: number;
  tryMax: number;
  /** When each was accepted before. Those with a kill between, and the others. */
  readonly cutOff: number[];
  readonly unasked: number[];
  /** Attempts in the ledger without an answer within the deadline: when they began. */
  readonly timeouts: number[];
  interrupted: number;
  judged: number;
  state: string | null;
}

export async function checkHistory(lines: AsyncIterable<Line> | Iterable<Line>): Promise<Verdict> {
  const checker = new Checker();
  for await (const line of lines) checker.take(line);
  return checker.verdict();
}

class Checker {
  readonly #due = new Map<string, Notified>();
  /** The first window by lane. */
  readonly #uncertain = new Map<string, number>();
  readonly #deliveries = new Map<string, Delivery>();
  readonly #idOf = new Map<string, string>();
  readonly #lastWindow = new Map<string, number>();
  readonly #kills: number[] = [];
  readonly #duplicatesByKill = new Map<number, number>();
  readonly #interruptedByKill = new Map<number, number>();
  readonly #faults = new Map<string, string[]>();
  #requests = 0;
  #acceptedTooLate = 0;

  take(line: Line): void {
    switch (line.kind) {
      case 'due':
        this.#due.set(nameOf(line.of), line.of);
        break;
      case 'uncertain':
        this.#uncertain.set(laneOf(line), line.window);
        break;
      case 'killed':
        this.#kills.push(line.t);
        break;
      case 'received':
        this.#receive(line);
        break;
      case 'accepted':
        this.#accept(line);
        break;
      case 'sent':
        this.#send(line);
        break;
      case 'ended': {
        const delivery = this.#deliveries.get(line.id);
        if (delivery !== undefined) delivery.state = line.state;
      }
    }
  }

  verdict(): Verdict {
    let accepted = 0;
    let givenUp = 0;
    for (const [name, due] of this.#due) {
      const delivery = this.#deliveries.get(this.#idOf.get(name) ?? '');
      if (delivery !== undefined && (delivery.of.level !== due.level || delivery.of.before !== due.before))
        this.#fault(
          'invented',
          `${name} came as ${delivery.of.before} → ${delivery.of.level}, due was ${due.before} → ${due.level}`,
        );
      if (delivery !== undefined && delivery.accepts > 0) accepted++;
      else if (delivery?.state === 'exhausted' && delivery.judged === JUDGED_MAX) givenUp++;
      else this.#fault('lost', `${name}, ${delivery === undefined ? 'never received' : `state ${delivery.state}`}`);
    }
    for (const [id, delivery] of this.#deliveries) {
      const { of } = delivery;
      const isCertain = of.window < (this.#uncertain.get(laneOf(of)) ?? Number.POSITIVE_INFINITY);
      if (isCertain && !this.#due.has(nameOf(of))) this.#fault('invented', `${nameOf(of)} as ${id}`);
      this.#judge(id, delivery);
    }
    for (const [kill, count] of this.#interruptedByKill)
      if (count > IN_FLIGHT_MAX) this.#fault('interrupted', `${count} attempts by the kill at ${kill}`);
    return {
      due: this.#due.size,
      uncertain: this.#uncertain.size,
      accepted,
      givenUp,
      requests: this.#requests,
      kills: this.#kills.length,
      duplicates: sum(this.#duplicatesByKill.values()),
      duplicatesOfOneKillMax: Math.max(0, ...this.#duplicatesByKill.values()),
      acceptedTooLate: this.#acceptedTooLate,
      interruptedByOneKillMax: Math.max(0, ...this.#interruptedByKill.values()),
      judgedMax: [...this.#deliveries.values()].reduce((max, { judged }) => Math.max(max, judged), 0),
      faults: [...this.#faults].flatMap(([kind, all]) => [
        ...all.slice(0, SHOWN_PER_KIND).map((each) => `${kind}: ${each}`),
        ...(all.length > SHOWN_PER_KIND ? [`${kind}: and ${all.length - SHOWN_PER_KIND} more`] : []),
      ]),
    };
  }

  #receive({ t, id, of, try: number }: Extract<Line, { kind: 'received' }>): void {
    this.#requests++;
    const name = nameOf(of);
    const known = this.#idOf.get(name);
    if (known !== undefined && known !== id) this.#fault('duplicates', `${name} under two ids, ${known} and ${id}`);
    this.#idOf.set(name, id);
    const delivery = this.#deliveries.get(id) ?? fresh(of);
    this.#deliveries.set(id, delivery);
    if (nameOf(delivery.of) !== name) this.#fault('duplicates', `${id} names both ${nameOf(delivery.of)} and ${name}`);

    if (delivery.acceptedAt !== null) {
      const kill = this.#kills.findLast((at) => at >= delivery.receivedAt && at <= t);
      if (kill !== undefined) this.#duplicatesByKill.set(kill, (this.#duplicatesByKill.get(kill) ?? 0) + 1);
      (kill === undefined ? delivery.unasked : delivery.cutOff).push(delivery.acceptedAt);
    }
    delivery.receivedAt = t;
    delivery.acceptedAt = null;
    delivery.requests++;
    delivery.tryMax = Math.max(delivery.tryMax, number);

    const lane = laneOf(of);
    const last = this.#lastWindow.get(lane) ?? 0;
    if (of.window < last) this.#fault('inversions', `${name} came after window ${last}`);
    this.#lastWindow.set(lane, Math.max(last, of.window));
  }

  #accept({ t, id }: Extract<Line, { kind: 'accepted' }>): void {
    const delivery = this.#deliveries.get(id);
    if (delivery === undefined) return;
    delivery.acceptedAt = t;
    delivery.accepts++;
  }

  #send({ t, id, outcome, number }: Extract<Line, { kind: 'sent' }>): void {
    const delivery = this.#deliveries.get(id);
    if (outcome === 'interrupted') {
      const kill = this.#kills.find((at) => at >= t);
      // The end of the run is a stop, and a stop may interrupt as well.
      if (kill !== undefined) this.#interruptedByKill.set(kill, (this.#interruptedByKill.get(kill) ?? 0) + 1);
    }
    if (delivery === undefined) return;
    if (outcome === 'interrupted') delivery.interrupted++;
    if (outcome === 'timeout') delivery.timeouts.push(t);
    if (number !== null) delivery.judged++;
  }

  #judge(id: string, delivery: Delivery): void {
    const { of, cutOff, unasked, interrupted, judged, tryMax, requests } = delivery;
    const name = `${nameOf(of)} (${id})`;
    const tooLate = (at: number): boolean => delivery.timeouts.some((began) => at - began >= DEADLINE_MS);
    for (const at of unasked) {
      if (tooLate(at)) this.#acceptedTooLate++;
      else this.#fault('duplicates', `${name} came again with no kill between`);
    }
    const cut = cutOff.filter((at) => !tooLate(at)).length;
    if (cut > interrupted) this.#fault('duplicates', `${name}: ${cut}, and ${interrupted} interrupted`);
    if (judged > JUDGED_MAX || tryMax > JUDGED_MAX)
      this.#fault('overtried', `${name}: ${judged} judged, try ${tryMax}`);
    if (judged === 0) this.#fault('overtried', `${name} was received, and the ledger has no judged attempt`);
    // A stale socket is sent once more per judged attempt.
    if (requests > 2 * JUDGED_MAX + interrupted) this.#fault('overtried', `${name}: ${requests} requests`);
  }

  #fault(kind: string, what: string): void {
    const all = this.#faults.get(kind) ?? [];
    all.push(what);
    this.#faults.set(kind, all);
  }
}

const fresh = (of: Notified): Delivery => ({
  of,
  receivedAt: 0,
  acceptedAt: null,
  accepts: 0,
  requests: 0,
  tryMax: 0,
  cutOff: [],
  unasked: [],
  timeouts: [],
  interrupted: 0,
  judged: 0,
  state: null,
});

const laneOf = ({ endpoint, resource }: { readonly endpoint: string; readonly resource: string }): string =>
  `${endpoint} ${resource}`;

const nameOf = ({ endpoint, resource, window }: Notified): string => `${endpoint} ${resource} at ${window}`;

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const each of numbers) total += each;
  return total;
}
