import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Peer, send } from './process.ts';

/**
 * Alerts that change their level every second, as many as are asked for, whatever becomes of those before: an open loop.
 * One rule for each endpoint, of period 1 s; its grace says when, after a window's end, its notifications are due. Graces
 * are 10 ms apart, so what is due is spread over the second, and due times are known without asking Cloudbell.
 */
export interface Endpoint {
  /** Notifications a second. */
  readonly perSecond: number;
  readonly behaviour: 'answers' | 'hangs' | 'drips';
}

export interface Streamed {
  /** ms from when each notification was due until its receiver had read it and answered 2xx; ascending. */
  readonly latencies: readonly number[];
  /** Of POSTs of samples: ms from when each should have been sent until it was acknowledged; ascending. */
  readonly accepts: readonly number[];
  /** Requests to endpoints that answer, beyond the first attempt. */
  readonly retries: number;
  /** Due at endpoints that answer, and not received. */
  readonly missing: number;
}

const BEAT_MS = 20;
/** Not counted: code is compiled, caps grow. */
const WARM_UP_S = 4;
/** A sample that waits this long on a busy machine still has its say. */
const GRACE_MS_MIN = 3000;
/** What is still to come after the last is due. */
const PATIENCE_MS = 60_000;

const wallMs = (): number => performance.timeOrigin + performance.now();
const graceMs = (at: number): number => GRACE_MS_MIN + (at % 100) * 10;

export async function streamAlerts(
  cloudbell: Peer,
  endpoints: readonly Endpoint[],
  seconds: number,
): Promise<Streamed> {
  const receiver = await openReceiver(endpoints);
  try {
    for (const at of endpoints.keys()) await send(cloudbell, 'PUT', `/api/v1/rules/r${at}`, ruleOf(at, receiver.url));
    const accepts: number[] = [];
    const fromS = Math.ceil(wallMs() / 1000) + 1;
    const countedFromS = fromS + WARM_UP_S;
    const untilS = countedFromS + seconds;
    receiver.count(countedFromS + 1, untilS);
    const posts: Promise<void>[] = [];
    for (let beat = fromS * 1000; beat < untilS * 1000; beat += BEAT_MS) {
      await until(beat);
      const posted = send(cloudbell, 'POST', '/api/v1/samples', samplesAt(endpoints, beat)).then(() => {
        if (beat >= countedFromS * 1000) accepts.push(wallMs() - beat);
      });
      posts.push(posted);
    }
    await Promise.all(posts);
    const answering = endpoints.filter(({ behaviour }) => behaviour === 'answers');
    const due = seconds * answering.reduce((sum, { perSecond }) => sum + perSecond, 0);
    const giveUpAt = untilS * 1000 + graceMs(99) + PATIENCE_MS;
    while (receiver.latencies.length < due && wallMs() < giveUpAt) await until(wallMs() + 50);
    const latencies = receiver.latencies.toSorted((a, b) => a - b);
    const missing = due - latencies.length;
    return { latencies, accepts: accepts.toSorted((a, b) => a - b), retries: receiver.retries(), missing };
  } finally {
    await receiver.stop();
  }
}

/** The least value that so many of all do not exceed. */
export function percentile(ascending: readonly number[], fraction: number): number {
  return ascending[Math.min(ascending.length - 1, Math.ceil(ascending.length * fraction) - 1)] ?? Number.NaN;
}

const until = (wall: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, wall - wallMs())));

const ruleOf = (at: number, url: string): object => ({
  ruleName: `r${at}`,
  namespace: 'bench',
  metricName: `m${at}`,
  period: 1,
  grace: graceMs(at) / 1000,
  escalations: {
    warn: { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 95, times: 1 },
  },
  webhook: `${url}/${at}`,
  silenceTime: null,
});

/** One sample a second for each resource; those of one second are spread over its beats. */
function samplesAt(endpoints: readonly Endpoint[], beat: number): object[] {
  const slot = (beat % 1000) / BEAT_MS;
  const isHigh = Math.floor(beat / 1000) % 2 === 0;
  const samples: object[] = [];
  let resource = 0;
  for (const [at, { perSecond }] of endpoints.entries())
    for (let of = 0; of < perSecond; of++, resource++) {
      if (resource % (1000 / BEAT_MS) !== slot) continue;
      const dimensions = { instanceId: `i-${of}` };
      samples.push({ namespace: 'bench', metricName: `m${at}`, dimensions, timestamp: beat, value: isHigh ? 99 : 1 });
    }
  return samples;
}

async function openReceiver(endpoints: readonly Endpoint[]) {
  const latencies: number[] = [];
  let retries = 0;
  let counted = { fromS: Number.POSITIVE_INFINITY, toS: 0 };
  const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    response.end();
    const at = Number(request.url?.slice(1));
    const windowS = Number(/&timestamp=(\d+)/.exec(body)?.[1]);
    if (windowS < counted.fromS || windowS > counted.toS) return;
    latencies.push(wallMs() - windowS * 1000 - graceMs(at));
    if (request.headers['cloudbell-attempt'] !== '1') retries++;
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const behaviour = endpoints[Number(request.url?.slice(1))]?.behaviour;
      if (behaviour === 'answers') answer(request, response, body);
      if (behaviour === 'drips') drip(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    latencies,
    retries: () => retries,
    /** Windows by their end, s. */
    count: (fromS: number, toS: number): void => {
      counted = { fromS, toS };
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A head that never ends, a byte a second. */
function drip(response: ServerResponse): void {
  response.socket?.write('HTTP/1.1 200 OK\r\nx-drip: ');
  const timer = setInterval(() => response.socket?.write('x'), 1000);
  response.once('close', () => clearInterval(timer));
}
