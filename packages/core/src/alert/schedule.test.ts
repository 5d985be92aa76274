import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDeadline, createSchedule, type Deadline, earliest, OPENING, takeEarliest } from './schedule.ts';

const moment = fc.record({
  at: fc.integer({ min: 0, max: 9 }),
  end: fc.constantFrom(1, 2, 3, OPENING),
  live: fc.boolean(),
});

test('deadlines come in order of time and window end, those of one moment together, withdrawn ones never', () => {
  fc.assert(
    fc.property(fc.array(moment), (moments) => {
      const schedule = createSchedule<number>();
      const all = moments.map(({ at, end }, watch): Deadline<number> => ({ at, end, watch, live: true }));
      for (const deadline of all) addDeadline(schedule, deadline);
      for (const [i, { live }] of moments.entries()) all[i]!.live = live;
      const expected = all.filter((deadline) => deadline.live).sort((a, b) => a.at - b.at || (a.end < b.end ? -1 : 1));
      const taken: Deadline<number>[][] = [];
      while (earliest(schedule) !== null) taken.push(takeEarliest(schedule));
      expect(taken.flat().map(({ at, end }) => [at, end])).toEqual(expected.map(({ at, end }) => [at, end]));
      expect(new Set(taken.map(([first]) => `${first?.at} ${first?.end}`)).size).toBe(taken.length);
    }),
  );
});
