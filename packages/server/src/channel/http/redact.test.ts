import { expect, test } from 'vitest';
import { redact, redactCut, secretsOf } from './redact.ts';

const SIGNING = ['whsec_c2VjcmV0LXByaW1hcnk='];
const TOKEN = 'T0k3n%2Fwith-slash-0123456789';

test.each([
  ['a query value', 'https://a.example/hook?token=abcdef123', 'you sent abcdef123', 'you sent ***'],
  [
    'a long path segment',
    `https://a.example/services/${TOKEN}/x`,
    `no route /services/${TOKEN}/x`,
    'no route /services/***/x',
  ],
  ['the same, decoded', `https://a.example/${TOKEN}`, 'no route T0k3n/with-slash-0123456789', 'no route ***'],
  [
    'ordinary words of a path stay',
    'https://a.example/alerts/production',
    'no /alerts/production',
    'no /alerts/production',
  ],
  ['a signing secret', 'https://a.example/', 'key whsec_c2VjcmV0LXByaW1hcnk=', 'key ***'],
])('%s', (_, endpoint, answer, shown) => {
  expect(redact(answer, secretsOf(SIGNING, new URL(endpoint)))).toBe(shown);
});

test('a secret that the cut divides leaves no beginning behind', () => {
  const secrets = secretsOf([], new URL('https://a.example/?token=abcdef123'));
  expect(redactCut('you sent abcdef', secrets)).toBe('you sent ***');
});
