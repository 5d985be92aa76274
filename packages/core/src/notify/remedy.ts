import type { AttemptOutcome, ChannelName } from './delivery.ts';

/**
 * What a person can do about an attempt that failed, in one or two sentences; null where the error says so itself (mail,
 * and what a robot answers: channel/email/errors.ts, channel/dingtalk/answer.ts) or where nothing has to be done. Never
 * a promise of another attempt: that is the delivery's to tell, and a test or a last attempt has none.
 */
export interface FailedAttempt {
  readonly channel: ChannelName;
  readonly outcome: AttemptOutcome;
  /** HTTP or SMTP status, or a robot's errcode. */
  readonly status: number | null;
}

export function remedyOf({ channel, outcome, status }: FailedAttempt): string | null {
  switch (channel) {
    case 'callback':
      return outcome === 'status' ? statusRemedy(status ?? 0) : CALLBACK_REMEDIES[outcome];
    case 'dingtalk':
      return ROBOT_REMEDIES[outcome] ?? null;
    case 'email':
      return null;
    default:
      return channel satisfies never;
  }
}

const CALLBACK_REMEDIES: Readonly<Record<Exclude<AttemptOutcome, 'status'>, string | null>> = {
  accepted: null,
  timeout: 'Let the receiver answer first and work afterwards; a whole answer must come within 5 s.',
  refused: 'Nothing listens there. Start the receiver, or correct host and port of the callback.',
  reset: 'See the log of the receiver, and of proxies before it.',
  unreachable: 'There is no route. Check network, VPN and firewall of this host.',
  dns: 'Check the spelling of the name, and the DNS of this host.',
  tls: 'Check that the certificate is valid, trusted and for this name; or whether the receiver speaks http only.',
  forbidden_address: 'Add the address to --callback-allow if it should be called, or correct the callback.',
  protocol: 'Something else answers there. Check scheme (http, https) and port of the callback.',
  rejected: 'Correct the callback, then replay.',
  throttled: 'Let the receiver take more at once, or wait until it takes more.',
  not_configured: 'Start Cloudbell with the settings that are missing.',
  interrupted: null,
  stale_socket: null,
};

/** By what the receiver answered. */
function statusRemedy(status: number): string {
  if (status >= 300 && status < 400) return 'Give the final URL as the callback.';
  switch (status) {
    case 401:
    case 403:
      return 'The receiver does not let Cloudbell in. Check the token in the URL, and that it verifies with the signing secret.';
    case 404:
    case 405:
    case 410:
      return 'The receiver has nothing there that takes a POST. Correct the path of the callback.';
    case 429:
      return 'The receiver takes no more for now. Let it take more at once.';
    default:
      return status >= 500
        ? 'The receiver has a fault of its own. See its log; replay once it is mended.'
        : 'The receiver refuses what was sent. Its answer is beside the attempt.';
  }
}

/** Of the way to a robot; what it answers has its own words. */
const ROBOT_REMEDIES: Readonly<Partial<Record<AttemptOutcome, string>>> = {
  timeout: 'Check that this host reaches the robot.',
  refused: 'Nothing listens there. Check the webhook of the contact.',
  reset: 'See proxies between this host and the robot.',
  unreachable: 'There is no route. Check network and firewall of this host.',
  dns: 'Check the webhook of the contact, and the DNS of this host.',
  tls: 'Check the webhook of the contact, and whether a proxy on the way replaces certificates.',
  forbidden_address:
    'Add the address to --callback-allow if it should be called, or correct the webhook of the contact.',
};
