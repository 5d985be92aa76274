import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LogTimeState, nextLogTime, resumeLogTime, skewAfter, type TimeRecord } from './log-time.ts';

/** Noon, as the round number that the rows count from. */
const T = 1_700_000_000_000;
const s = 1_000;
const h = 3_600 * s;

const running = (over: Partial<LogTimeState> = {}): LogTimeState => ({ time: T, skew: 0, checkedMonoMs: 500, ...over });

interface Row {
  readonly what: string;
  readonly state: LogTimeState;
  /** Since the state's event time T and its monotonic reading. */
  readonly wallPasses: number;
  readonly monoPasses: number;
  readonly records: readonly TimeRecord[];
  readonly time: number;
  readonly skewAfter: number;
}

const gap = (from: number, to: number): TimeRecord => ({ kind: 'gap', from, to });
const clock = (from: number, to: number): TimeRecord => ({ kind: 'clock', from, to });

const rows: Row[] = [
  // Starting.
  {
    what: 'an empty log starts at the wall clock',
    state: resumeLogTime({ time: 0, skew: 0 }),
    wallPasses: 0,
    monoPasses: 0,
    records: [],
    time: T,
    skewAfter: 0,
  },
  {
    what: 'a restart after 6 h: a gap over them',
    state: resumeLogTime({ time: T, skew: 0 }),
    wallPasses: 6 * h,
    monoPasses: 7,
    records: [gap(T, T + 6 * h)],
    time: T + 6 * h,
    skewAfter: 0,
  },
  {
    what: 'a restart after 100 ms: a gap all the same, what was under way was not observed',
    state: resumeLogTime({ time: T, skew: 0 }),
    wallPasses: 100,
    monoPasses: 7,
    records: [gap(T, T + 100)],
    time: T + 100,
    skewAfter: 0,
  },
  {
    what: 'a restart of a log with a skew: event time goes on from the wall, log time keeps its distance',
    state: resumeLogTime({ time: T + h, skew: -h }),
    wallPasses: 60 * s,
    monoPasses: 7,
    records: [gap(T, T + 60 * s)],
    time: T + h + 60 * s,
    skewAfter: -h,
  },
  {
    what: 'a restart with the wall 1 h behind the last event time: a clock step, log time stands',
    state: resumeLogTime({ time: T, skew: 0 }),
    wallPasses: -h,
    monoPasses: 7,
    records: [clock(T, T - h)],
    time: T,
    skewAfter: -h,
  },
  {
    what: 'a restart with the wall a second behind: it waits for the wall',
    state: resumeLogTime({ time: T, skew: 0 }),
    wallPasses: -1 * s,
    monoPasses: 7,
    records: [],
    time: T,
    skewAfter: 0,
  },
  // Running.
  {
    what: 'a second passes',
    state: running(),
    wallPasses: 1 * s,
    monoPasses: 1 * s,
    records: [],
    time: T + 1 * s,
    skewAfter: 0,
  },
  { what: 'nothing passes', state: running(), wallPasses: 0, monoPasses: 0, records: [], time: T, skewAfter: 0 },
  {
    what: 'with a skew, log time is the wall less the skew',
    state: running({ time: T + h, skew: -h }),
    wallPasses: 1 * s,
    monoPasses: 1 * s,
    records: [],
    time: T + h + 1 * s,
    skewAfter: -h,
  },
  {
    what: 'a check 30 s late is in time',
    state: running(),
    wallPasses: 30 * s,
    monoPasses: 30 * s,
    records: [],
    time: T + 30 * s,
    skewAfter: 0,
  },
  {
    what: 'a check more than 30 s late (SIGSTOP for 40 s): a gap',
    state: running(),
    wallPasses: 40 * s,
    monoPasses: 40 * s,
    records: [gap(T, T + 40 * s)],
    time: T + 40 * s,
    skewAfter: 0,
  },
  {
    what: 'a suspended VM, monotonic clock standing: a gap',
    state: running(),
    wallPasses: 6 * h,
    monoPasses: 1 * s,
    records: [gap(T, T + 6 * h)],
    time: T + 6 * h,
    skewAfter: 0,
  },
  {
    what: 'a suspended VM, monotonic clock running: a gap',
    state: running(),
    wallPasses: 6 * h,
    monoPasses: 6 * h,
    records: [gap(T, T + 6 * h)],
    time: T + 6 * h,
    skewAfter: 0,
  },
  {
    what: 'the wall steps 1 h ahead: a gap',
    state: running(),
    wallPasses: h + 1 * s,
    monoPasses: 1 * s,
    records: [gap(T, T + h + 1 * s)],
    time: T + h + 1 * s,
    skewAfter: 0,
  },
  {
    what: 'the wall steps 1 h back: a clock step, log time goes on by the monotonic clock',
    state: running(),
    wallPasses: -h + 1 * s,
    monoPasses: 1 * s,
    records: [clock(T + 1 * s, T - h + 1 * s)],
    time: T + 1 * s,
    skewAfter: -h,
  },
  {
    what: 'it steps back a second time: the skews add up',
    state: running({ time: T + h, skew: -h }),
    wallPasses: -h,
    monoPasses: 0,
    records: [clock(T, T - h)],
    time: T + h,
    skewAfter: -2 * h,
  },
  {
    what: 'stopped for 40 s while the wall steps 1 h back: one clock step',
    state: running(),
    wallPasses: -h + 40 * s,
    monoPasses: 40 * s,
    records: [clock(T + 40 * s, T - h + 40 * s)],
    time: T + 40 * s,
    skewAfter: -h,
  },
  {
    what: 'the wall runs 2 s ahead: event time follows, no gap',
    state: running(),
    wallPasses: 3 * s,
    monoPasses: 1 * s,
    records: [],
    time: T + 3 * s,
    skewAfter: 0,
  },
  {
    what: 'more than 2 s ahead: a gap',
    state: running(),
    wallPasses: 3 * s + 1,
    monoPasses: 1 * s,
    records: [gap(T, T + 3 * s + 1)],
    time: T + 3 * s + 1,
    skewAfter: 0,
  },
  {
    what: 'the wall falls 2 s behind: log time waits for it',
    state: running(),
    wallPasses: -1 * s,
    monoPasses: 1 * s,
    records: [],
    time: T,
    skewAfter: 0,
  },
  {
    what: 'more than 2 s behind: a clock step',
    state: running(),
    wallPasses: -1 * s - 1,
    monoPasses: 1 * s,
    records: [clock(T + 1 * s, T - 1 * s - 1)],
    time: T + 1 * s,
    skewAfter: -2 * s - 1,
  },
  {
    what: 'fractions of a millisecond are cut off',
    state: running(),
    wallPasses: 1.7,
    monoPasses: 1.9,
    records: [],
    time: T + 1,
    skewAfter: 0,
  },
];

test.each(rows)('$what', (row) => {
  const mono = row.state.checkedMonoMs ?? 0;
  const next = nextLogTime(row.state, { wallMs: T + row.wallPasses, monoMs: mono + row.monoPasses });
  expect(next.records).toEqual(row.records);
  expect(next.time).toBe(row.time);
  expect(next.skew, 'the skew before the records').toBe(row.state.skew);
  expect(next.state).toEqual({ time: row.time, skew: row.skewAfter, checkedMonoMs: mono + row.monoPasses });
});

test('a wall that falls behind in small steps is noticed when they add up to more than 2 s', () => {
  let state = running();
  const seen: TimeRecord[] = [];
  for (const [wallMs, monoMs] of [
    [T - 500, 1_500],
    [T - 1_100, 1_600],
  ] as const) {
    const next = nextLogTime(state, { wallMs, monoMs: 500 + monoMs - 500 });
    seen.push(...next.records);
    state = next.state;
  }
  expect(seen).toEqual([]);
  expect(nextLogTime(state, { wallMs: T - 1_950, monoMs: 1_700 }).records).toEqual([clock(T + 100, T - 1_950)]);
});

test('an entry that could not be written is forgotten: the next check sees the same stop', () => {
  const before = running();
  nextLogTime(before, { wallMs: T + 40 * s, monoMs: 500 + 40 * s });
  expect(nextLogTime(before, { wallMs: T + 41 * s, monoMs: 500 + 41 * s }).records).toEqual([gap(T, T + 41 * s)]);
});

test('whatever the clocks do: log time never decreases, event time is the wall or waits for it at most 2 s, and records say how it moved', () => {
  const moves = fc.array(
    fc.record({
      wall: fc.oneof(fc.integer({ min: -5_000, max: 5_000 }), fc.integer({ min: -2 * h, max: 2 * h })),
      mono: fc.oneof(fc.nat(2_000), fc.nat(60_000)),
      restart: fc.boolean(),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(moves, (all) => {
      let state = nextLogTime(resumeLogTime({ time: 0, skew: 0 }), { wallMs: T, monoMs: 0 }).state;
      let wallMs = T;
      let monoMs = 0;
      for (const move of all) {
        wallMs += move.wall;
        monoMs += move.mono;
        if (move.restart) state = resumeLogTime(state);
        const next = nextLogTime(state, { wallMs, monoMs });
        expect(next.time).toBeGreaterThanOrEqual(state.time);
        const ahead = next.state.time + next.state.skew - wallMs;
        expect(ahead).toBeGreaterThanOrEqual(0);
        expect(ahead).toBeLessThanOrEqual(2_000);
        expect(next.state.skew).toBe(skewAfter(next.skew, next.records));
        for (const record of next.records) expect(record.kind === 'gap').toBe(record.to > record.from);
        state = next.state;
      }
    }),
  );
});
