import { keptBytesOf, type ReceivedItem } from './received-item.ts';

export interface RingLimits {
  /** Requests kept, over all names. */
  readonly keepMax: number;
  /** Bytes kept, as `keptBytesOf` counts: the newest request is always kept, whatever its size. */
  readonly keepBytesMax: number;
}

/**
 * The last requests received, in memory: the inbox is for looking, and forgets. Ids are `<epoch>-<number>`; the epoch
 * is the start of this process, so that a page that was open over a restart does not take new requests for known ones.
 */
export interface Ring {
  add(read: Omit<ReceivedItem, 'id' | 'duplicateOf'>): ReceivedItem;
  /** Newest first; `olderThan` is an id. Null when the id is not one of this ring's. */
  page(request: {
    readonly limit: number;
    readonly olderThan: string | null;
    readonly name: string | null;
  }): RingPage | null;
  /** Oldest first: what came after an id and is still kept; nothing for an id of another epoch. */
  after(id: string): readonly ReceivedItem[];
}

export interface RingPage {
  readonly items: readonly ReceivedItem[];
  readonly next: string | null;
}

export function createRing(epoch: string, { keepMax, keepBytesMax }: RingLimits): Ring {
  /** Oldest first. */
  const kept: ReceivedItem[] = [];
  let keptBytes = 0;
  let lastNumber = 0;
  const numberOf = (id: string): number | null => {
    const [of, number] = id.split('-');
    return of === epoch && number !== undefined && /^\d{1,15}$/.test(number) ? Number(number) : null;
  };
  const firstNumber = (): number => lastNumber - kept.length + 1;

  return {
    add(read) {
      const first =
        read.webhookId === null
          ? undefined
          : kept.find(({ webhookId, name }) => webhookId === read.webhookId && name === read.name);
      lastNumber += 1;
      const item = { ...read, id: `${epoch}-${lastNumber}`, duplicateOf: first?.duplicateOf ?? first?.id ?? null };
      kept.push(item);
      keptBytes += keptBytesOf(item);
      while (kept.length > keepMax || (keptBytes > keepBytesMax && kept.length > 1)) {
        const dropped = kept.shift();
        if (dropped !== undefined) keptBytes -= keptBytesOf(dropped);
      }
      return item;
    },
    page({ limit, olderThan, name }) {
      const before = olderThan === null ? lastNumber + 1 : numberOf(olderThan);
      if (before === null) return null;
      const matching: ReceivedItem[] = [];
      for (let at = Math.min(kept.length, before - firstNumber()) - 1; at >= 0 && matching.length <= limit; at--) {
        const item = kept[at];
        if (item !== undefined && (name === null || item.name === name)) matching.push(item);
      }
      const items = matching.slice(0, limit);
      return { items, next: matching.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    after(id) {
      const number = numberOf(id);
      return number === null ? [] : kept.slice(Math.max(0, number - firstNumber() + 1));
    },
  };
}
