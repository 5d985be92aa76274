import type { HmacBase64 } from '@cloudbell/core/callback/hmac.ts';
import type { SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import { signWebhook } from '@cloudbell/core/callback/standard-webhooks.ts';
import type { AttemptResult, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { type AddressPolicy, isOwnInbox, ownInboxPolicy } from '../../base/address-policy.ts';
import type { Clock } from '../../base/clock.ts';
import { asError } from '../../base/errors.ts';
import type { Channel } from '../../ports/channel.ts';
import { type Connection, openConnection } from './connection.ts';
import { createConnectionPool } from './connection-pool.ts';
import type { DialTools } from './dial.ts';
import { SendError } from './errors.ts';
import { type Exchange, exchange } from './exchange.ts';
import { secretsOf } from './redact.ts';
import type { Resolver } from './resolver.ts';
import { failureResult, resultOf } from './result.ts';

/**
 * Sends callbacks: one POST of the frozen body, signed anew for this attempt, judged by its status. Redirects are never
 * followed, nothing is retried here: only the courier loops.
 */
export interface CallbackChannelOptions {
  readonly clock: Clock;
  readonly policy: AddressPolicy;
  /** Asked at each attempt: secrets rotate. */
  readonly secrets: () => SigningSecrets;
  readonly hmacBase64: HmacBase64;
  /** `Cloudbell/0.1.0`. */
  readonly userAgent: string;
  readonly resolver: Resolver;
  /** From the start of an attempt to the end of the answer's body, ms. */
  readonly deadlineMs?: number | undefined;
  /** Of the answer, for the ledger. */
  readonly answerBytesMax?: number | undefined;
  /** Idle connections kept open, over all receivers. */
  readonly idleConnectionsMax?: number | undefined;
  /** PEM of the authorities to trust instead of Node's. */
  readonly tlsCa?: string | undefined;
}

export function createCallbackChannel(options: CallbackChannelOptions): Channel {
  const { clock, policy, deadlineMs = 5000, answerBytesMax = 16 * 1024 } = options;
  const pool = createConnectionPool(options.idleConnectionsMax ?? 256);
  const tools: DialTools = { resolver: options.resolver, tlsCa: options.tlsCa };

  async function attempt(delivery: ClaimedDelivery, url: URL, secrets: SigningSecrets): Promise<Exchange> {
    const headers = headersOf(delivery, options, secrets);
    const connection = take(url);
    const done = await exchange({
      connection,
      path: url.pathname + url.search,
      headers,
      body: delivery.body,
      clock,
      deadlineMs,
      answerBytesMax,
    });
    if (done.reusable) pool.giveBack(connection);
    // Sent again, it must meet a fresh connection, else a receiver's fail-over would cost judged attempts.
    if (done.stale) pool.dropIdle(connection.key);
    return done;
  }

  function take(url: URL): Connection {
    const { key, target } = targetOf(url, policy);
    return pool.take(key, (onDisconnect) => openConnection({ key, origin: url.origin, target, tools, onDisconnect }));
  }

  async function send(delivery: ClaimedDelivery): Promise<AttemptResult> {
    const startedAt = clock.wallMs();
    const startedMono = clock.monoMs();
    const url = URL.parse(delivery.endpoint);
    let secrets: SigningSecrets | null = null;
    const context = () => ({
      startedAt,
      durationMs: clock.monoMs() - startedMono,
      endedAt: clock.wallMs(),
      origin: url?.origin ?? 'the endpoint',
      deadlineMs,
      answerBytesMax,
      secrets: secretsOf(secrets, url),
    });
    try {
      secrets = options.secrets();
      if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
        return failureResult(new SendError('unreachable', 'not an http or https URL'), context());
      }
      const done = await attempt(delivery, url, secrets);
      return resultOf(done, context());
    } catch (thrown) {
      return failureResult(asError(thrown), context());
    }
  }

  return {
    name: 'callback',
    send,
    close: () => {
      pool.close();
      return Promise.resolve();
    },
  };
}

/** The own inbox is judged by a policy of its own, so its connections must not serve other paths. */
function targetOf(url: URL, policy: AddressPolicy) {
  const ownInbox = isOwnInbox(policy, url);
  const tls = url.protocol === 'https:';
  const target = {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    tls,
    policy: ownInbox ? ownInboxPolicy(policy) : policy,
  };
  return { key: ownInbox ? `inbox ${url.origin}` : url.origin, target };
}

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
