import type { SilenceMatcher } from '@cloudbell/core/alert/silence.ts';
import { describe, expect, test } from 'vitest';
import { START_MS } from './simulated-cloudbell.ts';
import { at, play, restarted, rule, type Step, samples, steady } from './timeline.ts';

const silence =
  (by: SilenceMatcher, until: number, silenceId = 's1'): Step =>
  (cloudbell) =>
    cloudbell.silence(silenceId, by, START_MS + until * 1000);
const silenceEnded: Step = (cloudbell) => cloudbell.endSilence('s1');
const acknowledged: Step = (cloudbell) => cloudbell.acknowledgeAll(true);
const withdrawn: Step = (cloudbell) => cloudbell.acknowledgeAll(false);

const HOUR = 3600;
/** A value every 10 s, so that there is one in every window of 10 s. */
const hours = (instanceId: string, value: number, from: number, to: number) =>
  steady(instanceId, value, { from: from + 0.1, to, every: 10 });
const watched = at(0, rule({ period: 10, grace: 1, silenceTime: 1200 }));

describe('a silence of one hour', () => {
  test('holds one resource back and not its neighbour; when it ends, what is so then is told', async () => {
    expect(
      await play(
        [
          watched,
          at(5, silence({ dimensions: { instanceId: 'i-1' } }, 5 + HOUR)),
          hours('i-1', 99, 10, HOUR + 500),
          samples('i-2', { 10.1: 99, 20.1: 12 }),
        ],
        HOUR + 500,
      ),
    ).toEqual([
      '21  i-2  ALERT WARN (before: null)  99  $Average>=95',
      '31  i-2  OK OK (before: WARN)  12  $Average>=95',
      `${5 + HOUR}  i-1  ALERT WARN (before: null)  99  $Average>=95`,
    ]);
  });

  test('over a standing alert holds its repeats and its recovery, which is told at the end', async () => {
    expect(
      await play(
        [
          watched,
          hours('i-1', 99, 0, 3000),
          at(15, silence({ ruleId: 'r1' }, 15 + HOUR)),
          hours('i-1', 12, 3000, HOUR + 100),
        ],
        HOUR + 100,
      ),
    ).toEqual([
      '11  i-1  ALERT WARN (before: null)  99  $Average>=95',
      `${15 + HOUR}  i-1  OK OK (before: WARN)  12  $Average>=95`,
    ]);
  });

  test('says nothing of what came and went; ended early, it tells what stands there and then', async () => {
    const upAndDown = (instanceId: string) => [hours(instanceId, 99, 0, 300), hours(instanceId, 12, 300, 900)].flat();
    expect(
      await play(
        [
          watched,
          at(0, silence({ dimensions: { instanceId: 'i-1' } }, HOUR)),
          at(0, silence({ dimensions: { instanceId: 'i-2' } }, HOUR, 's2')),
          upAndDown('i-1'),
          upAndDown('i-2'),
          hours('i-1', 99, 900, 1000),
          at(995, silenceEnded),
        ],
        HOUR + 100,
      ),
    ).toEqual(['995  i-1  ALERT WARN (before: null)  99  $Average>=95']);
  });

  test('lives through a crash, whether or not there is a checkpoint', async () => {
    expect(
      await play(
        [
          watched,
          at(0, silence({ ruleId: 'r1' }, HOUR)),
          hours('i-1', 99, 0, 1000),
          at(1000, restarted),
          hours('i-1', 99, 1000, 1300),
          at(1300, restarted),
          hours('i-1', 99, 1300, HOUR),
        ],
        HOUR + 10,
      ),
    ).toEqual([`${HOUR}  i-1  ALERT WARN (before: null)  99  $Average>=95`]);
  });
});

test('an acknowledged alert is not repeated, until it is taken back or the alert changes', async () => {
  expect(
    await play(
      [
        watched,
        hours('i-1', 99, 0, 5000),
        at(600, acknowledged),
        at(3000, withdrawn),
        at(3600, acknowledged),
        at(3700, restarted),
        hours('i-1', 12, 5000, 5100),
        hours('i-1', 99, 5100, 6500),
      ],
      6500,
    ),
  ).toEqual([
    '11  i-1  ALERT WARN (before: null)  99  $Average>=95',
    '3001  i-1  ALERT WARN (before: WARN)  99  $Average>=95',
    '5011  i-1  OK OK (before: WARN)  12  $Average>=95',
    '5111  i-1  ALERT WARN (before: null)  99  $Average>=95',
    '6311  i-1  ALERT WARN (before: WARN)  99  $Average>=95',
  ]);
});
