import { ERROR_CODES } from '@cloudbell/core/contract/error-codes.ts';
import { expect, it } from 'vitest';
import { createAddressPolicy } from './address-policy.ts';
import { checkCallbackUrl } from './callback-url.ts';

const policies = {
  public: createAddressPolicy([], ['http://127.0.0.1:8190']),
  here: createAddressPolicy(['private', 'loopback']),
};

it.each([
  ['https://ops.example.com/alerts?token=x', 'public', null],
  ['http://8.8.8.8:8080/', 'public', null],
  ['http://127.0.0.1:9099/hook', 'here', null],
  ['http://localhost:9099/hook', 'here', null],
  ['http://10.1.2.3/', 'here', null],
  // Odd spellings of 127.0.0.1 and others.
  ['http://127.0.0.1:9099/hook', 'public', 'callback_address_forbidden'],
  ['http://0x7f.1/', 'public', 'callback_address_forbidden'],
  ['http://2130706433/', 'public', 'callback_address_forbidden'],
  ['http://0177.0.0.1/', 'public', 'callback_address_forbidden'],
  ['http://127.1/', 'public', 'callback_address_forbidden'],
  ['http://１２７.0.0.1/', 'public', 'callback_address_forbidden'],
  ['http://127.0.0.1./', 'public', 'callback_address_forbidden'],
  ['http://[::1]/', 'public', 'callback_address_forbidden'],
  ['http://[::ffff:127.0.0.1]/', 'here', 'callback_address_forbidden'],
  ['http://localhost/', 'public', 'callback_address_forbidden'],
  ['http://LOCALHOST./', 'public', 'callback_address_forbidden'],
  ['http://a.localhost/', 'public', 'callback_address_forbidden'],
  ['http://notlocalhost/', 'public', null],
  ['http://169.254.169.254/latest/meta-data/', 'here', 'callback_address_forbidden'],
  ['http://[fd00:ec2::254]/', 'here', 'callback_address_forbidden'],
  ['http://0.0.0.0/', 'here', 'callback_address_forbidden'],
  // The own inbox, and what is not it.
  ['http://127.0.0.1:8190/inbox/demo', 'public', null],
  ['http://127.0.0.1:8190/inbox/../api/v1/rules', 'public', 'callback_address_forbidden'],
  ['http://127.0.0.1:8190/inbox/%2e%2e/api/v1/rules', 'public', 'callback_address_forbidden'],
  ['http://127.0.0.1:8190/api/v1/rules', 'public', 'callback_address_forbidden'],
  ['http://127.0.0.1:8191/inbox/demo', 'public', 'callback_address_forbidden'],
  // Not callbacks at all.
  ['ftp://example.com/', 'public', 'callback_url_scheme'],
  ['file:///etc/passwd', 'public', 'callback_url_scheme'],
  ['javascript:alert(1)', 'public', 'callback_url_scheme'],
  ['http://user:hunter2@example.com/', 'public', 'callback_url_credentials'],
  ['http://user@example.com/', 'public', 'callback_url_credentials'],
  ['example.com/hook', 'public', 'callback_url_invalid'],
  ['http://', 'public', 'callback_url_invalid'],
  ['http://1.2.3.4.5/', 'public', 'callback_url_invalid'],
  ['http://example.com:99999/', 'public', 'callback_url_invalid'],
  [' http://example.com/', 'public', 'callback_url_invalid'],
  ['', 'public', 'callback_url_invalid'],
] as const)('%s under %s: %s', (text, policy, code) => {
  const problem = checkCallbackUrl(text, policies[policy]);
  expect(problem?.code ?? null).toBe(code);
  if (problem === null) return;
  expect(Object.keys(ERROR_CODES)).toContain(problem.code);
  expect(problem).toMatchObject({
    field: 'webhook',
    message: expect.stringMatching(/./),
    hint: expect.stringMatching(/./),
  });
  expect(problem.message).not.toContain('hunter2');
});

it('2,048 characters are enough', () => {
  const ofLength = (length: number): string => 'http://example.com/'.padEnd(length, 'x');
  expect(checkCallbackUrl(ofLength(2048), policies.public)).toBeNull();
  expect(checkCallbackUrl(ofLength(2049), policies.public)?.code).toBe('callback_url_invalid');
});
