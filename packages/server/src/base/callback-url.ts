import type { Problem } from '@cloudbell/core/contract/problem.ts';
import { isCutEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import { type AddressPolicy, allowsAddress, isOwnInbox } from './address-policy.ts';

export const CALLBACK_URL_LENGTH_MAX = 2048;

const ALLOW_HINT =
  '--callback-allow says what callbacks may reach beyond public addresses: private, loopback, or CIDRs. ' +
  'Link-local and cloud metadata addresses are never allowed.';

/**
 * What is wrong with a rule's callback URL, or null. Checks what the text alone tells; what a name resolves to is
 * checked at each send. WHATWG parsing has already turned odd literals (`0x7f.1`, `2130706433`) into plain ones.
 */
export function checkCallbackUrl(text: string, policy: AddressPolicy): Problem | null {
  if (text.length > CALLBACK_URL_LENGTH_MAX) {
    return problem('callback_url_invalid', {
      message: `The callback URL has ${text.length} characters; at most ${CALLBACK_URL_LENGTH_MAX} are allowed.`,
      hint: 'Use a shorter URL.',
    });
  }
  if (isCutEndpoint(text)) {
    return problem('callback_url_invalid', {
      message: 'The callback URL is shortened, as it is shown to hide secrets.',
      hint: 'Give the whole URL.',
    });
  }
  const url = URL.parse(text);
  if (url === null || text !== text.trim()) {
    return problem('callback_url_invalid', {
      message: 'The callback is not a URL.',
      hint: 'Give a whole URL such as https://ops.example.com/alerts.',
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return problem('callback_url_scheme', {
      message: `The callback URL has the scheme ${url.protocol.slice(0, -1)}.`,
      hint: 'Callbacks are sent by http or https.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    return problem('callback_url_credentials', {
      message: 'The callback URL carries a user name or password.',
      hint: 'Remove it; a receiver knows us by the signature. A token may stand in the path or the query.',
    });
  }
  if (isOwnInbox(policy, url)) return null;
  const address = literalAddress(url);
  const verdict = address === null ? null : allowsAddress(policy, address);
  if (verdict === null || verdict.allowed) return null;
  return problem('callback_address_forbidden', {
    message: `The callback URL leads to ${url.hostname}, ${verdict.reason}, which this deployment does not allow.`,
    hint: ALLOW_HINT,
  });
}

/** The address a URL names outright, null for a name. `localhost` is one too: it means nothing but loopback. */
export function literalAddress(url: URL): string | null {
  const host = url.hostname;
  if (host.startsWith('[')) return host.slice(1, -1);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return host;
  return /^(?:.*\.)?localhost\.?$/.test(host) ? '127.0.0.1' : null;
}

function problem(code: string, { message, hint }: { message: string; hint: string }): Problem {
  return { code, message, field: 'webhook', hint };
}
