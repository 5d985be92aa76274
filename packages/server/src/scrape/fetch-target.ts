import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Agent, type Dispatcher, request } from 'undici';
import type { Clock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import type { ScrapeJob } from './job.ts';

/** What a target answered, whole. */
export interface TargetAnswer {
  readonly body: Uint8Array;
  readonly isOpenMetrics: boolean;
}

const ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

/** Connections of one job: its TLS and nobody else's. */
export function createAgent({ tls, timeoutMs }: ScrapeJob): Agent {
  const { ca, cert, key, serverName, isVerified } = tls;
  return new Agent({
    connect: {
      timeout: timeoutMs,
      rejectUnauthorized: isVerified,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    },
    // One scrape of a target at a time; a target that vanished is not held on to.
    connections: 1,
    keepAliveTimeout: 60_000,
  });
}

/**
 * Fetches one target's metrics. One deadline holds for everything, connecting and the last byte of the body among it:
 * a target that drips is given up like one that is silent. Rejects with the reason, in words for a log.
 */
export async function fetchTarget(
  target: URL,
  job: ScrapeJob,
  by: { readonly agent: Dispatcher; readonly clock: Clock; readonly userAgent: string },
): Promise<TargetAnswer> {
  const abort = new AbortController();
  const cancel = by.clock.after(job.timeoutMs, () =>
    abort.abort(new Error(`no whole answer within ${job.timeoutMs} ms`)),
  );
  try {
    const answer = await request(target, {
      dispatcher: by.agent,
      signal: abort.signal,
      headers: {
        accept: ACCEPT,
        'accept-encoding': 'gzip',
        'user-agent': by.userAgent,
        'x-prometheus-scrape-timeout-seconds': String(job.timeoutMs / 1000),
        ...(job.authorization === null ? {} : { authorization: job.authorization }),
      },
    });
    if (answer.statusCode !== 200) {
      // The connection is not worth a body of unknown length.
      answer.body.on('error', () => undefined).destroy();
      throw new Error(`it answered with status ${answer.statusCode}`);
    }
    const raw = await readWhole(answer.body, job.bodyBytesMax);
    const body = await decompressed(raw, header(answer.headers, 'content-encoding'), job.bodyBytesMax);
    return { body, isOpenMetrics: header(answer.headers, 'content-type').startsWith('application/openmetrics-text') };
  } catch (thrown) {
    throw abort.signal.aborted ? asError(abort.signal.reason) : asError(thrown);
  } finally {
    cancel();
  }
}

async function readWhole(body: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop ends the body, and with it the connection.
  for await (const chunk of body) {
    length += chunk.length;
    if (length > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

async function decompressed(raw: Buffer, encoding: string, bytesMax: number): Promise<Uint8Array> {
  if (encoding === '' || encoding === 'identity') return raw;
  if (encoding !== 'gzip') throw new Error(`its answer is encoded as ${encoding.slice(0, 32)}`);
  return promisify(gunzip)(raw, { maxOutputLength: bytesMax }).catch((thrown: unknown) => {
    throw (asError(thrown) as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(bytesMax) : thrown;
  });
}

const tooLarge = (bytesMax: number): Error => new Error(`its answer is larger than ${bytesMax} bytes`);

function header(headers: Readonly<Record<string, string | string[] | undefined>>, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? (value[0] ?? '') : (value ?? '')).toLowerCase();
}
