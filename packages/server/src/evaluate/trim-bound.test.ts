import { expect, test } from 'vitest';
import { TrimBound } from './trim-bound.ts';

test('nobody follows: up to the checkpoint', () => {
  const bound = new TrimBound(null);
  expect(bound.next(50n, 1_000_000)).toEqual({ upTo: 50n, overruns: false });
});

test('a follower that has not spoken yet keeps everything, up to the bound', () => {
  const bound = new TrimBound(100);
  expect(bound.next(10n, 60)).toEqual({ upTo: 0n, overruns: false });
  expect(bound.next(20n, 40)).toEqual({ upTo: 0n, overruns: false });
  expect(bound.next(30n, 1)).toEqual({ upTo: 10n, overruns: true });
  expect(bound.next(40n, 59)).toEqual({ upTo: 0n, overruns: false });
});

test('up to before the entry that the follower is at, and never past the checkpoint', () => {
  const bound = new TrimBound(100);
  bound.keepFrom(8n);
  expect(bound.next(10n, 60)).toEqual({ upTo: 7n, overruns: false });
  bound.keepFrom(40n);
  expect(bound.next(20n, 60)).toEqual({ upTo: 20n, overruns: false });
  expect(bound.next(60n, 200)).toEqual({ upTo: 60n, overruns: true });
});
