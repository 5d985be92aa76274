import type { AttemptResult } from '@cloudbell/core/notify/delivery.ts';
import type { SentMessage } from '@cloudbell/core/notify/test-send.ts';
import { type AddressPolicy, isOwnInbox, ownInboxPolicy } from '../../base/address-policy.ts';
import type { Clock } from '../../base/clock.ts';
import { asError } from '../../base/errors.ts';
import { type Connection, openConnection } from './connection.ts';
import { createConnectionPool } from './connection-pool.ts';
import type { DialTools } from './dial.ts';
import { SendError } from './errors.ts';
import { type Exchange, exchange } from './exchange.ts';
import { secretsOf } from './redact.ts';
import type { Resolver } from './resolver.ts';
import { failureResult, resultOf } from './result.ts';
import { sentMessage } from './sent-message.ts';

/**
 * One request within one deadline, over connections that are kept open, to allowed addresses only. Redirects are never
 * followed, nothing is retried. What channels that speak HTTP share.
 */
export interface Poster {
  /** Never rejects. `answer`: the first bytes of the body as they came, null without one. */
  post(request: PostRequest): Promise<{ readonly result: AttemptResult; readonly answer: Uint8Array | null }>;
  /** Closes idle connections; a request under way is left to finish. */
  close(): void;
}

export interface PosterOptions {
  readonly clock: Clock;
  readonly policy: AddressPolicy;
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

export interface PostRequest {
  readonly endpoint: string;
  /** Absent: POST. */
  readonly method?: 'GET' | 'POST' | undefined;
  /**
   * Made once the attempt has begun, for it may carry the time: the URL to ask, and the headers as name, value, name,
   * value … in the order and spelling sent.
   */
  readonly make: (url: URL) => {
    readonly url: URL;
    readonly headers: readonly string[];
    readonly body: Uint8Array | null;
  };
  /** Texts that must not come into the ledger, beside the values of the endpoint's query. */
  readonly secrets: readonly string[];
  /** Reads at least so much of the answer, whatever of it is kept. */
  readonly readBytesMin?: number | undefined;
  /** Is told what was written, if anything was. Such a request has a connection of its own. */
  readonly onSent?: ((sent: SentMessage) => void) | undefined;
}

export function createPoster(options: PosterOptions): Poster {
  const { clock, policy, deadlineMs = 5000, answerBytesMax = 16 * 1024 } = options;
  const pool = createConnectionPool(options.idleConnectionsMax ?? 256);
  const tools: DialTools = { resolver: options.resolver, tlsCa: options.tlsCa };

  async function ask(
    endpoint: URL,
    { make, method, readBytesMin = 0, onSent, secrets }: PostRequest,
  ): Promise<Exchange> {
    const { url, headers, body } = make(endpoint);
    const written: Uint8Array[] = [];
    const connection = onSent === undefined ? take(url) : openWatched(url, (bytes) => written.push(bytes));
    const done = await exchange({
      connection,
      method,
      path: url.pathname + url.search,
      headers: [...headers],
      body,
      clock,
      deadlineMs,
      answerBytesMax: Math.max(answerBytesMax, readBytesMin),
    });
    if (onSent !== undefined) {
      connection.destroy();
      if (written.length > 0) onSent(sentMessage(Buffer.concat(written), secrets, endpoint));
      return done;
    }
    if (done.reusable) pool.giveBack(connection);
    // Sent again, it must meet a fresh connection, else a receiver's fail-over would cost judged attempts.
    if (done.stale) pool.dropIdle(connection.key);
    return done;
  }

  function take(url: URL): Connection {
    const { key, target } = targetOf(url, policy);
    return pool.take(key, (onDisconnect) => openConnection({ key, origin: url.origin, target, tools, onDisconnect }));
  }

  function openWatched(url: URL, onWrite: (bytes: Uint8Array) => void): Connection {
    const { key, target } = targetOf(url, policy);
    return openConnection({ key, origin: url.origin, target, tools, onDisconnect: () => undefined, onWrite });
  }

  async function post(request: PostRequest): ReturnType<Poster['post']> {
    const startedAt = clock.wallMs();
    const startedMono = clock.monoMs();
    const url = URL.parse(request.endpoint);
    const context = () => ({
      startedAt,
      durationMs: clock.monoMs() - startedMono,
      endedAt: clock.wallMs(),
      origin: url?.origin ?? 'the endpoint',
      deadlineMs,
      answerBytesMax,
      secrets: secretsOf(request.secrets, url),
    });
    try {
      if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
        throw new SendError('unreachable', 'not an http or https URL');
      }
      const done = await ask(url, request);
      return { result: resultOf(done, context()), answer: done.status === null ? null : done.answer };
    } catch (thrown) {
      return { result: failureResult(asError(thrown), context()), answer: null };
    }
  }

  return { post, close: () => pool.close() };
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
