import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type AddressPolicy, allowsAddress } from '../../base/address-policy.ts';
import { asError } from '../../base/errors.ts';
import { codeOf, SendError } from './errors.ts';
import type { Resolver } from './resolver.ts';

/**
 * Opens a connection to a callback's receiver, and only to an address that was judged: the name is resolved here,
 * every address of the answer must be allowed, exactly those are dialled, and the socket is asked in the end where it
 * got to. A check in `lookup` alone is no check: it is not called for IP literals, and a name can change between
 * check and use. Host header and SNI keep the name.
 */
export interface DialTarget {
  /** From a WHATWG URL: lower case, IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  readonly policy: AddressPolicy;
}

export interface DialTools {
  readonly resolver: Resolver;
  /** PEM of the authorities to trust instead of Node's; undefined keeps those. */
  readonly tlsCa?: string | undefined;
}

export type Dialled = (error: Error | null, socket: Socket | null) => void;

/** Time for one address before the next is tried, where a name has several. */
const NEXT_ADDRESS_MS = 1000;

/** Calls `done` once. Answers a function that gives up: it closes what was opened and calls `done` with an error. */
export function dial(target: DialTarget, tools: DialTools, done: Dialled): () => void {
  let socket: Socket | null = null;
  let finished = false;
  const finish = (error: Error | null): void => {
    if (finished) return;
    finished = true;
    if (error !== null) socket?.destroy();
    done(error, error === null ? socket : null);
  };
  const openTo = (addresses: readonly string[]): void => {
    if (finished) return;
    const opening = open(target, addresses, tools.tlsCa);
    socket = opening;
    let connected = false;
    opening.once('connect', () => {
      connected = true;
    });
    opening.once('error', (error) => finish(target.tls && connected ? tlsError(error) : error));
    opening.once(target.tls ? 'secureConnect' : 'connect', () => finish(strayed(target, opening)));
  };
  vettedAddresses(target, tools.resolver)
    .then(openTo)
    .catch((thrown) => finish(asError(thrown)));
  return () => finish(new SendError('timeout', 'given up'));
}

async function vettedAddresses({ hostname, policy }: DialTarget, resolver: Resolver): Promise<readonly string[]> {
  const addresses = isIP(hostname) === 0 ? await resolve(hostname, resolver) : [hostname];
  for (const address of addresses) {
    const verdict = allowsAddress(policy, address);
    if (verdict.allowed) continue;
    const what = address === hostname ? `it is ${verdict.reason}` : `it resolves to ${address}, ${verdict.reason}`;
    throw new SendError('forbidden_address', what);
  }
  return addresses;
}

async function resolve(hostname: string, resolver: Resolver): Promise<readonly string[]> {
  try {
    const addresses = await resolver.resolve(hostname);
    if (addresses.length > 0) return addresses;
  } catch (thrown) {
    throw new SendError('dns', codeOf(thrown) || asError(thrown).message, thrown);
  }
  throw new SendError('dns', 'no address');
}

function open({ hostname, port, tls }: DialTarget, addresses: readonly string[], tlsCa: string | undefined): Socket {
  const options = {
    host: hostname,
    port,
    lookup: lookupOf(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    noDelay: true,
    keepAlive: true,
  };
  if (!tls) return connect(options);
  return connectTls({
    ...options,
    ALPNProtocols: ['http/1.1'],
    // SNI carries names only (RFC 6066 §3), without the final dot.
    ...(isIP(hostname) === 0 ? { servername: hostname.replace(/\.$/, '') } : {}),
    ...(tlsCa === undefined ? {} : { ca: tlsCa }),
  });
}

/** Gives node:net the addresses that were judged, whatever it asks for. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const list = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, callback) => {
    const [first] = list;
    if (options.all === true) callback(null, list);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** The last check: where the socket really got to. */
function strayed({ policy }: DialTarget, socket: Socket): Error | null {
  const address = socket.remoteAddress;
  if (address === undefined) return new SendError('reset', 'closed at once');
  const verdict = allowsAddress(policy, address);
  return verdict.allowed ? null : new SendError('forbidden_address', `it led to ${address}, ${verdict.reason}`);
}

function tlsError(error: Error): SendError {
  // OpenSSL's own texts are long; what people need is the reason at their end.
  const reason = (error as { reason?: unknown }).reason;
  return new SendError('tls', typeof reason === 'string' ? reason : error.message, error);
}
