import { expect, test } from 'vitest';
import { judgeTry, neighbourhoodOf } from './throttle.ts';

const RULE = { burst: 3, leakMs: 10_000 };

/** Guesses at these seconds: `ok`, or the ms to wait. */
function guesses(...seconds: readonly number[]): (number | 'ok')[] {
  let forgottenAt: number | undefined;
  return seconds.map((second) => {
    const verdict = judgeTry(forgottenAt, RULE, second * 1000);
    if ('waitMs' in verdict) return verdict.waitMs;
    forgottenAt = verdict.forgottenAt;
    return 'ok';
  });
}

test.each<[string, number[], (number | 'ok')[]]>([
  ['as many as the burst at once, then none', [0, 0, 0, 0], ['ok', 'ok', 'ok', 10_000]],
  ['who waits as told is let in, once', [0, 0, 0, 0, 10, 10], ['ok', 'ok', 'ok', 10_000, 'ok', 10_000]],
  ['what is refused does not count', [0, 0, 0, 1, 2, 3, 10], ['ok', 'ok', 'ok', 9_000, 8_000, 7_000, 'ok']],
  ['slow enough is never refused', [0, 10, 20, 30, 40, 50], ['ok', 'ok', 'ok', 'ok', 'ok', 'ok']],
  ['all is forgotten in the end', [0, 0, 0, 30, 30, 30, 30], ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 10_000]],
])('%s', (_, seconds, want) => expect(guesses(...seconds)).toEqual(want));

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s guesses as %s', (address, want) => expect(neighbourhoodOf(address)).toBe(want));
