import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CODES } from './error-codes.ts';
import { errorsDocument } from './errors-doc.ts';

const FILE = new URL('../../../../docs/errors.md', import.meta.url).pathname;

test('docs/errors.md lists every code, and no other', async () => {
  // A missing file would be written, not compared.
  expect(existsSync(FILE)).toBe(true);
  await expect(errorsDocument()).toMatchFileSnapshot(FILE);
});

test('codes are in alphabetical order, one style of name, with a sentence each', () => {
  const codes = Object.keys(ERROR_CODES);
  expect(codes).toEqual([...codes].sort());
  for (const [code, { status, meaning }] of Object.entries(ERROR_CODES)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)+$/);
    expect(meaning).toMatch(/^\S.*\.$/);
    expect(status).toBeGreaterThanOrEqual(400);
  }
});
