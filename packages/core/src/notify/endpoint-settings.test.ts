import { describe, expect, test } from 'vitest';
import { type EndpointSigning, rotated, rotationAt, signingSecretsAt } from './endpoint-settings.ts';

const steady: EndpointSigning = { secret: 'old', rotation: null };
const begun = rotated(steady, { next: 'new', now: 1000, graceMs: 500 });
const promoted: EndpointSigning = { ...begun, rotation: { ...begun.rotation!, isPromoted: true } };

describe('what signs', () => {
  test.each<[string, EndpointSigning, number, string, string | null]>([
    ['no rotation', steady, 0, 'old', null],
    ["begun: both are live, the old one makes the form's signature", begun, 1000, 'old', 'new'],
    ['promoted: both are live, the new one does', promoted, 1499, 'new', 'old'],
    ['over: the new one alone', promoted, 1500, 'new', null],
    ['over without having been promoted: likewise', begun, 1500, 'new', null],
  ])('%s', (_, signing, now, primary, previous) => {
    expect(signingSecretsAt(signing, now)).toEqual({ primary, previous });
    expect(rotationAt(signing, now) === null).toBe(previous === null);
  });
});

test('the first secret of an endpoint signs at once', () => {
  expect(rotated(null, { next: 'new', now: 0, graceMs: 500 })).toEqual({ secret: 'new', rotation: null });
});

test('one rotation after another begins with what signs then', () => {
  const again = rotated(begun, { next: 'newer', now: 2000, graceMs: 500 });
  expect(signingSecretsAt(again, 2000)).toEqual({ primary: 'new', previous: 'newer' });
});
