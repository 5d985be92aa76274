/**
 * Which number stands for which label bytes: how a known series is recognised without making a string of it.
 *
 * A key is a range of bytes in the form that remote write 1.0 gives labels (label-bytes.ts), within a context (account
 * and namespace). Its *slot* counts up from 0. Open addressing with linear probing over slots; a slot keeps hash,
 * context and a copy of its bytes, and two keys are the same only when all their bytes are: equal hashes prove nothing.
 * The hash is keyed by a secret, so that no sender can look for collisions ahead.
 *
 * Senders repeat themselves in the same order, so each slot remembers which came after it. That one is compared first,
 * and mostly it is the one: no hash, no probing, and keys that were added one after the other lie one after the other.
 */
export class LabelTable {
  readonly #seed: number;
  readonly #multiplier: number;
  /** Slot + 1 by place; 0 is free. A power of two long, and at most half full. */
  #places = new Uint32Array(1024);
  #hashes = new Uint32Array(512);
  #contexts = new Uint32Array(512);
  /** Where a slot's bytes begin: page × {@link PAGE} + place in the page. */
  #offsets = new Float64Array(512);
  #lengths = new Uint32Array(512);
  /** By slot: the one that was asked for after it the last time. */
  #followers = new Uint32Array(512);
  #last = 0;
  #pages: Uint8Array[] = [];
  #pageUsed = PAGE;
  #count = 0;
  #bytes = 0;

  /** `secret`: any 32 bits that senders do not know. */
  constructor(secret: number) {
    this.#seed = Math.imul(secret, 0x9e3779b1) | 0;
    this.#multiplier = ((Math.imul(secret ^ 0x2c1b3c6d, 0x85ebca6b) | 1) ^ 0x3c6ef372) | 1;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of all keys. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The slot of these bytes, a new one if they were never seen. */
  slotOf(context: number, bytes: Uint8Array, start: number, end: number): number {
    const guess = this.#followers[this.#last] as number;
    const isGuessed = guess < this.#count && this.#contexts[guess] === context && this.#isKey(guess, bytes, start, end);
    const slot = isGuessed ? guess : this.#find(context, bytes, start, end);
    this.#followers[this.#last] = slot;
    this.#last = slot;
    return slot;
  }

  #find(context: number, bytes: Uint8Array, start: number, end: number): number {
    const hash = this.hash(context, bytes, start, end);
    const mask = this.#places.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const slot = (this.#places[place] as number) - 1;
      if (slot < 0) return this.#add(hash, context, bytes.subarray(start, end));
      if (this.#hashes[slot] !== hash || this.#contexts[slot] !== context) continue;
      if (this.#isKey(slot, bytes, start, end)) return slot;
    }
  }

  /** The bytes of a slot; to be read at once, they move with {@link clear}. */
  keyOf(slot: number): Uint8Array {
    const offset = this.#offsets[slot] as number;
    const from = offset % PAGE;
    return (this.#pages[Math.floor(offset / PAGE)] as Uint8Array).subarray(
      from,
      from + (this.#lengths[slot] as number),
    );
  }

  /** Forgets everything; slots begin at 0 again. */
  clear(): void {
    this.#places = new Uint32Array(1024);
    this.#pages = [];
    this.#pageUsed = PAGE;
    this.#count = 0;
    this.#last = 0;
    this.#bytes = 0;
  }

  /** Four bytes at a time; a multiplication by a secret odd number, then a shift that brings high bits down. */
  hash(context: number, bytes: Uint8Array, start: number, end: number): number {
    const multiplier = this.#multiplier;
    let hash = Math.imul(this.#seed ^ context ^ ((end - start) << 12), multiplier);
    let at = start;
    for (const stop = end - 3; at < stop; at += 4) {
      const word =
        (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24);
      hash = Math.imul(hash ^ word, multiplier);
      hash ^= hash >>> 15;
    }
    for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), multiplier);
    hash ^= hash >>> 16;
    hash = Math.imul(hash, 0x7feb352d);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #isKey(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#lengths[slot] !== end - start) return false;
    const offset = this.#offsets[slot] as number;
    const page = this.#pages[Math.floor(offset / PAGE)] as Uint8Array;
    let at = offset % PAGE;
    for (let from = start; from < end; ) if (page[at++] !== bytes[from++]) return false;
    return true;
  }

  #add(hash: number, context: number, key: Uint8Array): number {
    const slot = this.#count++;
    if (slot === this.#hashes.length) this.#growSlots();
    this.#hashes[slot] = hash;
    this.#contexts[slot] = context;
    this.#lengths[slot] = key.length;
    this.#offsets[slot] = this.#keep(key);
    this.#bytes += key.length;
    if (this.#count * 2 > this.#places.length) this.#growPlaces();
    else this.#place(slot);
    return slot;
  }

  /** Copies a key into the last page that has room; one longer than a page gets a page to itself. */
  #keep(key: Uint8Array): number {
    if (this.#pages.length === 0 || this.#pageUsed + key.length > PAGE) {
      this.#pages.push(new Uint8Array(Math.max(key.length, this.#pages.length === 0 ? PAGE / 64 : PAGE)));
      this.#pageUsed = 0;
    }
    const at = this.#pages.length - 1;
    let page = this.#pages[at] as Uint8Array;
    if (this.#pageUsed + key.length > page.length) {
      // The first page begins small, so that a table that is hardly used costs hardly anything.
      const larger = new Uint8Array(PAGE);
      larger.set(page);
      this.#pages[at] = page = larger;
    }
    page.set(key, this.#pageUsed);
    const offset = at * PAGE + this.#pageUsed;
    this.#pageUsed += key.length;
    return offset;
  }

  #growSlots(): void {
    const length = this.#hashes.length * 2;
    this.#hashes = grown(this.#hashes, new Uint32Array(length));
    this.#contexts = grown(this.#contexts, new Uint32Array(length));
    this.#offsets = grown(this.#offsets, new Float64Array(length));
    this.#lengths = grown(this.#lengths, new Uint32Array(length));
    this.#followers = grown(this.#followers, new Uint32Array(length));
  }

  #growPlaces(): void {
    this.#places = new Uint32Array(this.#places.length * 2);
    for (let slot = 0; slot < this.#count; slot++) this.#place(slot);
  }

  #place(slot: number): void {
    const mask = this.#places.length - 1;
    let place = (this.#hashes[slot] as number) & mask;
    while (this.#places[place] !== 0) place = (place + 1) & mask;
    this.#places[place] = slot + 1;
  }
}

const PAGE = 1 << 20;

function grown<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
