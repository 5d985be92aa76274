import { expect, test } from 'vitest';
import { painter } from '../base/terminal-text.ts';
import { type Column, tableText } from './table.ts';

const TABLE: readonly Column<readonly [string, string, string]>[] = [
  { title: 'A', text: ([a]) => a, colour: () => 'red' },
  { title: 'LONG', text: ([, long]) => long, isElastic: true },
  { title: 'ID', text: ([, , id]) => id },
];
const text = (row: readonly [string, string, string], columns: number | null): string =>
  tableText([row], TABLE, { paint: painter(false), columns });

test('wide characters take two columns', () => {
  expect(text(['磁盘', 'x', '1'], null)).toBe('A     LONG  ID\n磁盘  x     1\n');
});

test('only the elastic column is cut, only where somebody looks, and never below 12', () => {
  const long = 'abcdefghijklmnopqrstuvwxyz';
  expect(text(['a', long, 'id'], null)).toContain(long);
  expect(text(['a', long, 'id'], 23).split('\n')[1]).toBe('a  abcdefghijklmno…  id');
  expect(text(['a', long, 'id'], 5).split('\n')[1]).toBe('a  abcdefghijk…  id');
  expect(text(['a', '磁'.repeat(20), 'id'], 20).split('\n')[1]).toBe('a  磁磁磁磁磁磁…  id');
});

test('what is not there to be seen is shown', () => {
  expect(text(['a\n', '\u202e', '\u001b[2J'], null)).toContain('a\\x0a');
});
