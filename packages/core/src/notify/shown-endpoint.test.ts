import { expect, test } from 'vitest';
import { isCutEndpoint, shownEndpoint } from './shown-endpoint.ts';

const TOKEN = 'abcd0f57e4f2b94cb3e35b2f0a6c2b1e';

test.each<[string, string, string]>([
  ['nothing secret: exactly as written', 'http://127.0.0.1:9099/hook', 'http://127.0.0.1:9099/hook'],
  ['nothing is put together anew', 'HTTP://Example.com:80/a//b/?', 'HTTP://Example.com:80/a//b/?'],
  ['a mailbox', 'ops@example.com', 'ops@example.com'],
  [
    'a robot of DingTalk',
    `https://oapi.dingtalk.com/robot/send?access_token=${TOKEN}`,
    'https://oapi.dingtalk.com/robot/send?access_token=abcd…',
  ],
  ['every value of a query', `https://a.example/h?k=${TOKEN}&v=1&e=`, 'https://a.example/h?k=abcd…&v=…&e='],
  ['a query that is a token', `https://a.example/h?${TOKEN}`, 'https://a.example/h?abcd…'],
  ['a value with = in it', `https://a.example/h?k=ab=${TOKEN}`, 'https://a.example/h?k=ab=a…'],
  ['a short value is not half told', 'https://a.example/h?pin=1234', 'https://a.example/h?pin=…'],
  ['user and password', 'https://user:pass@a.example/h', 'https://…@a.example/h'],
  ['an @ within the password', 'https://user:p@ss@a.example/h', 'https://…@a.example/h'],
  [
    'a token in the path',
    `https://hooks.example/services/T1/B2/${TOKEN}`,
    'https://hooks.example/services/T1/B2/abcd…',
  ],
  ['a backslash, which browsers take for a slash', `https://u:p@a.example\\${TOKEN}`, 'https://…@a.example\\abcd…'],
  ['a fragment', `https://a.example/h#${TOKEN}`, 'https://a.example/h#…'],
  ['line breaks hide nothing', `https://a.example/h?k=1\n${TOKEN}`, 'https://a.example/h?k=1\nab…'],
])('%s', (_, endpoint, shown) => {
  expect(shownEndpoint(endpoint)).toBe(shown);
  expect(shownEndpoint(shown)).toBe(shown);
  expect(isCutEndpoint(shown)).toBe(shown !== endpoint);
  expect(shown).not.toContain(TOKEN);
});
