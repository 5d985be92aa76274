import { expect, test } from 'vitest';
import type { ReceivedItem } from './received-item.ts';
import { createRing } from './ring.ts';

const request = (name: string, webhookId: string | null, bodyBytes = 10): Omit<ReceivedItem, 'id' | 'duplicateOf'> => ({
  name,
  webhookId,
  bodyBytes,
  receivedAt: 0,
  contentType: null,
  body: '',
  bodyBase64: null,
  profile: null,
  fields: {},
  formSignature: 'absent',
  webhookSignature: 'absent',
  attempt: null,
  replay: false,
  test: false,
  problems: [],
});
const all = { limit: 100, olderThan: null, name: null };
const ids = (items: readonly ReceivedItem[] | undefined): string[] => (items ?? []).map(({ id }) => id);

test('the oldest go when there are too many', () => {
  const ring = createRing('e', { keepMax: 3, keepBytesMax: 1_000 });
  for (let i = 0; i < 5; i++) ring.add(request('a', null));
  expect(ids(ring.page(all)?.items)).toEqual(['e-5', 'e-4', 'e-3']);
});

test('the oldest go when their bytes are too many, but the newest always stays', () => {
  const ring = createRing('e', { keepMax: 100, keepBytesMax: 100 });
  ring.add(request('a', null, 60));
  ring.add(request('a', null, 40));
  ring.add(request('a', null, 1));
  expect(ids(ring.page(all)?.items)).toEqual(['e-3', 'e-2']);
  ring.add(request('a', null, 500));
  expect(ids(ring.page(all)?.items)).toEqual(['e-4']);
  ring.add(request('a', null, 1));
  expect(ids(ring.page(all)?.items)).toEqual(['e-5']);
});

test('the same webhook-id in the same inbox is a duplicate of the first one', () => {
  const ring = createRing('e', { keepMax: 100, keepBytesMax: 1_000 });
  const rows: [name: string, webhookId: string | null, duplicateOf: string | null][] = [
    ['a', 'msg_1', null],
    ['b', 'msg_1', null],
    ['a', 'msg_1', 'e-1'],
    ['a', 'msg_2', null],
    ['a', null, null],
    ['a', null, null],
    ['a', 'msg_1', 'e-1'],
  ];
  for (const [name, webhookId, duplicateOf] of rows) {
    expect(ring.add(request(name, webhookId)).duplicateOf).toBe(duplicateOf);
  }
});

test('a duplicate still names the first one when that is no longer kept', () => {
  const ring = createRing('e', { keepMax: 2, keepBytesMax: 1_000 });
  for (let i = 0; i < 3; i++) ring.add(request('a', 'msg_1'));
  expect(ring.add(request('a', 'msg_1')).duplicateOf).toBe('e-1');
});

test('pages go from the newest to the oldest, each item once, whatever arrives or goes meanwhile', () => {
  const ring = createRing('e', { keepMax: 5, keepBytesMax: 1_000 });
  for (let i = 0; i < 5; i++) ring.add(request('a', null));
  const first = ring.page({ ...all, limit: 2 });
  expect(ids(first?.items)).toEqual(['e-5', 'e-4']);
  expect(first?.next).toBe('e-4');
  ring.add(request('a', null));
  ring.add(request('a', null));
  const second = ring.page({ ...all, limit: 2, olderThan: 'e-4' });
  expect(second).toMatchObject({ items: [{ id: 'e-3' }], next: null });
  expect(ring.page({ ...all, olderThan: 'e-1' })).toEqual({ items: [], next: null });
});

test('a page of one inbox holds only its own', () => {
  const ring = createRing('e', { keepMax: 10, keepBytesMax: 1_000 });
  for (const name of ['a', 'b', 'a', 'b', 'a']) ring.add(request(name, null));
  const page = ring.page({ limit: 2, olderThan: null, name: 'a' });
  expect(ids(page?.items)).toEqual(['e-5', 'e-3']);
  expect(ring.page({ limit: 2, olderThan: page?.next ?? null, name: 'a' })).toMatchObject({
    items: [{ id: 'e-1' }],
    next: null,
  });
});

test.each(['f-1', 'e', 'e-x', '', '-1', 'e--1'])('the cursor %o is refused', (olderThan) => {
  expect(createRing('e', { keepMax: 10, keepBytesMax: 1_000 }).page({ ...all, olderThan })).toBe(null);
});

test('what a reader missed is told oldest first, as far as it is kept', () => {
  const ring = createRing('e', { keepMax: 3, keepBytesMax: 1_000 });
  for (let i = 0; i < 5; i++) ring.add(request('a', null));
  expect(ids(ring.after('e-4'))).toEqual(['e-5']);
  expect(ids(ring.after('e-5'))).toEqual([]);
  expect(ids(ring.after('e-0'))).toEqual(['e-3', 'e-4', 'e-5']);
  expect(ids(ring.after('older-4'))).toEqual([]);
});
