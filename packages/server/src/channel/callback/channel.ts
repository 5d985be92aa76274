import type { HmacBase64 } from '@cloudbell/core/callback/hmac.ts';
import { liveSecrets, type SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import { signWebhook } from '@cloudbell/core/callback/standard-webhooks.ts';
import type { ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import type { Channel } from '../../ports/channel.ts';
import { createPoster, type PosterOptions } from '../http/poster.ts';
import { sentCallback } from './sent.ts';

/**
 * Sends callbacks: one POST of the frozen body, signed anew for this attempt, judged by its status. Redirects are never
 * followed, nothing is retried here: only the courier loops.
 */
export interface CallbackChannelOptions extends PosterOptions {
  /** Asked at each attempt: secrets rotate. */
  readonly secrets: () => SigningSecrets;
  readonly hmacBase64: HmacBase64;
  /** `Cloudbell/0.1.0`. */
  readonly userAgent: string;
}

export function createCallbackChannel(options: CallbackChannelOptions): Channel {
  const poster = createPoster(options);
  return {
    name: 'callback',
    send: async ([delivery], test) => {
      if (delivery === undefined) throw new Error('an attempt without a delivery');
      const secrets = options.secrets();
      const hidden = liveSecrets(secrets).flatMap(bothForms);
      const { result } = await poster.post({
        endpoint: delivery.endpoint,
        make: (url) => {
          const headers = headersOf(delivery, options, secrets);
          if (test !== undefined) headers.push('cloudbell-test', 'true');
          test?.onSent(sentCallback(url, headers, delivery));
          return { url, headers, body: delivery.body };
        },
        secrets: hidden,
      });
      return result;
    },
    close: async () => poster.close(),
  };
}

/** A signing secret as it is configured, and its base64 alone. */
const bothForms = (secret: string): string[] => [secret, secret.replace(/^whsec_/, '')];

function headersOf(
  delivery: ClaimedDelivery,
  { clock, userAgent, hmacBase64 }: CallbackChannelOptions,
  secrets: SigningSecrets,
): string[] {
  const id = delivery.deliveryId;
  const timestamp = Math.floor(clock.wallMs() / 1000);
  const signature = signWebhook({ id, timestamp, body: delivery.body }, secrets, hmacBase64);
  const headers = ['Content-Type', delivery.contentType, 'User-Agent', userAgent];
  headers.push('webhook-id', id, 'webhook-timestamp', String(timestamp), 'webhook-signature', signature);
  headers.push('cloudbell-attempt', String(delivery.judgedAttempts + 1));
  if (delivery.replay) headers.push('cloudbell-replay', 'true');
  return headers;
}
