/**
 * What is due when: a binary heap of deadlines in order of (time, end of window). A deadline that was replaced or
 * withdrawn stays in the heap, no longer `live`, until it comes up; so moving one costs no search.
 */
export interface Deadline<Owner> {
  /** Event time, ms. */
  readonly at: number;
  /** End of the window to close, event time ms; `OPENING` for the start of an effective interval. */
  readonly end: number;
  readonly watch: Owner;
  live: boolean;
}

/** Sorts after every window: what closes at the same moment comes first, so that an opening reports its outcome. */
export const OPENING = Number.POSITIVE_INFINITY;

export interface Schedule<Owner> {
  readonly heap: Deadline<Owner>[];
}

export function createSchedule<Owner>(): Schedule<Owner> {
  return { heap: [] };
}

export function addDeadline<Owner>(schedule: Schedule<Owner>, deadline: Deadline<Owner>): void {
  const { heap } = schedule;
  let at = heap.length;
  heap.push(deadline);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(deadline, heap[parent] as Deadline<Owner>)) break;
    heap[at] = heap[parent] as Deadline<Owner>;
    at = parent;
  }
  heap[at] = deadline;
}

/** The earliest live deadline, or null. */
export function earliest<Owner>(schedule: Schedule<Owner>): Deadline<Owner> | null {
  const { heap } = schedule;
  for (;;) {
    const top = heap[0];
    if (top === undefined) return null;
    if (top.live) return top;
    removeTop(heap);
  }
}

/** Takes the earliest live deadlines that agree in time and window end; they are no longer live. */
export function takeEarliest<Owner>(schedule: Schedule<Owner>): Deadline<Owner>[] {
  const taken: Deadline<Owner>[] = [];
  for (let top = earliest(schedule); top !== null; top = earliest(schedule)) {
    const first = taken[0];
    if (first !== undefined && (top.at !== first.at || top.end !== first.end)) break;
    top.live = false;
    taken.push(top);
    removeTop(schedule.heap);
  }
  return taken;
}

function isBefore(a: Deadline<unknown>, b: Deadline<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.end < b.end);
}

function removeTop<Owner>(heap: Deadline<Owner>[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Deadline<Owner>, heap[child] as Deadline<Owner>))
      child++;
    if (!isBefore(heap[child] as Deadline<Owner>, last)) break;
    heap[at] = heap[child] as Deadline<Owner>;
    at = child;
  }
  heap[at] = last;
}
