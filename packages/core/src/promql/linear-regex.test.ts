import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wholeTextTest } from './linear-regex.ts';

test.each<[string, string[], string[]]>([
  ['', [''], ['a']],
  ['abc', ['abc'], ['ab', 'abcd', 'xabc']],
  ['a|bc|', ['a', 'bc', ''], ['b', 'abc']],
  ['a.c', ['abc', 'a\nc', 'a内c'], ['ac']],
  ['.*', ['', 'anything'], []],
  ['.+', ['x'], ['']],
  ['(ab)+c?', ['ab', 'ababc'], ['c', 'aba']],
  ['a{2}', ['aa'], ['a', 'aaa']],
  ['a{1,}b{0,2}', ['a', 'aaabb'], ['bb', 'abbb']],
  ['a{,2}', ['a{,2}'], ['aa']],
  ['[a-c_]+', ['abc_'], ['d', '']],
  ['[^a-c]', ['d', '内'], ['a', '']],
  ['[]a-]+', [']a-'], ['b']],
  ['\\d+\\.\\d', ['12.5'], ['12x5']],
  ['\\w\\W\\s\\S\\D', ['a- bc'], ['aabbc']],
  ['^ab$|^c', ['ab', 'c'], ['a']],
  ['(?i)Web-[a-b]', ['wEB-B'], ['web-c']],
  ['(?:a|b)(?P<n>c)', ['ac', 'bc'], ['abc']],
  ['(?i:a)b', ['Ab', 'ab'], ['AB']],
  ['\\x41\\x{5185}\\*', ['A内*'], ['A内']],
  ['a*?b+?', ['b', 'aab'], ['a']],
  ['(a|ab)(c|bcd)', ['abcd', 'ac', 'abc'], ['abbc']],
])('/%s/', (pattern, does, doesNot) => {
  const matches = wholeTextTest(pattern);
  expect(does.filter((text) => !matches(text))).toEqual([]);
  expect(doesNot.filter((text) => matches(text))).toEqual([]);
});

test.each([
  ['(', 'lacks a )'],
  ['a)', ') too many'],
  ['*a', 'nothing before its *'],
  ['[a', 'lacks a ]'],
  ['[b-a]', 'invalid range'],
  ['a{2,1}', 'invalid repeat count'],
  ['a{1001}', 'invalid repeat count'],
  ['\\', 'ends in a \\'],
  ['(a{1000}){1000}', 'too large'],
  ['('.repeat(200), 'nested too deeply'],
  ['a(?=b)', '(?= in a regular expression is not supported'],
  ['\\bword', '\\b in a regular expression is not supported'],
  ['(a)\\1', '\\1 in a regular expression is not supported'],
  ['[[:alpha:]]', '[:class:] in a regular expression is not supported'],
  ['x'.repeat(1001), 'longer than'],
])('/%s/ is refused: %s', (pattern, why) => expect(() => wholeTextTest(pattern)).toThrow(why));

test('agrees with the platform’s own on what both understand', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    'ab',
    '.',
    '[ab]',
    '[^a]',
    '(a|b)',
    '(?:ab)*',
    'a?',
    'b+',
    'a{1,2}',
    '\\d',
    '|',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.stringMatching(/^[ab1\n]{0,8}$/), (pieces, text) => {
      const pattern = pieces.join('');
      expect(wholeTextTest(pattern)(text)).toBe(new RegExp(`^(?:${pattern})$`, 'su').test(text));
    }),
    { numRuns: 2_000 },
  );
});

test('what makes other engines try for ever takes a step per character', () => {
  const matches = wholeTextTest('(a*)*(a|aa)+$b');
  expect(matches(`${'a'.repeat(20_000)}c`)).toBe(false);
});
