/**
 * Goal: whatever a target does, a scrape ends, and `up` says how it went. Method: real HTTP servers that behave badly,
 * the real parser, and an ingest that writes down rows as a person reads them; places in time on a simulated clock.
 */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { decoded } from '@cloudbell/core/wire/rows-fixture.contract.ts';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import type { ReadRows, RowsAnswer } from '../ports/sample-intake.ts';
import { createAgent, fetchTarget } from './fetch-target.ts';
import type { ScrapeJob } from './job.ts';
import { scrapeTarget } from './scrape-target.ts';
import { createScraper, placeOf } from './scraper.ts';

const NOW = 1_700_000_000_000;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serverOf(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
}

const jobOf = (target: URL, change: Partial<ScrapeJob> = {}): ScrapeJob => ({
  name: 'node',
  namespace: 'prometheus',
  targets: [target],
  intervalMs: 60_000,
  timeoutMs: 30_000,
  bodyBytesMax: 100_000,
  labels: {},
  authorization: null,
  honorLabels: false,
  honorTimestamps: true,
  tls: { isVerified: true },
  ...change,
});

/** Scrapes once; answers the lines that went in, without the duration, and the reason. */
async function scraped(target: URL, change: Partial<ScrapeJob> = {}) {
  const job = jobOf(target, change);
  const agent = createAgent(job);
  closers.push(() => void agent.destroy());
  const lines: string[] = [];
  const rows = async (_account: string, _namespace: string, read: ReadRows): Promise<RowsAnswer> => {
    const seen = decoded(read).lines;
    lines.push(...seen.filter((line) => !line.startsWith('scrape_')));
    expect(seen.filter((line) => line.startsWith('scrape_duration_seconds'))).toHaveLength(1);
    return { problem: null } as RowsAnswer;
  };
  const error = await scrapeTarget(target, job, {
    ...{ account: '1', ingest: { rows }, monoMs: () => systemClock.monoMs(), timestampMs: NOW },
    fetch: () => fetchTarget(target, job, { agent, clock: systemClock, userAgent: 'test' }),
  });
  const port = target.port;
  return { error, lines: lines.map((line) => line.replaceAll(`:${port}`, ':PORT')) };
}
const OWN = 'job="node",instance="127.0.0.1:PORT"';

test('what a target says, with its labels, and up 1', async () => {
  const target = await serverOf((_, response) => void response.end('a{x="1"} 5\na{job="mine"} 6 1699999999000\n'));
  const { error, lines } = await scraped(target, { labels: { env: 'prod' } });
  const own = `${OWN},env="prod"`;
  expect([error, lines]).toEqual([
    null,
    [`a{${own},x="1"} 5 @${NOW}`, `a{${own},exported_job="mine"} 6 @1699999999000`, `up{${own}} 1 @${NOW}`],
  ]);
});

test('OpenMetrics, gzip, credentials', async () => {
  const seen: unknown[] = [];
  const target = await serverOf((request, response) => {
    seen.push(request.headers.authorization, String(request.headers.accept).includes('openmetrics'));
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8');
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync('a 5 1700000000.5\n# EOF\n'));
  });
  const { lines } = await scraped(target, { authorization: 'Bearer x' });
  expect(lines).toEqual([`a{${OWN}} 5 @1700000000500`, `up{${OWN}} 1 @${NOW}`]);
  expect(seen).toEqual(['Bearer x', true]);
});

const endless =
  (chunk: string, everyMs: number): RequestListener =>
  (_, response) => {
    const timer = setInterval(() => response.write(chunk), everyMs);
    response.on('close', () => clearInterval(timer));
  };

test.each<[string, RequestListener, Partial<ScrapeJob>, string]>([
  ['never answers', () => undefined, { timeoutMs: 100 }, 'no whole answer within 100 ms'],
  ['drips', endless('a 1\n', 10), { timeoutMs: 300 }, 'no whole answer within 300 ms'],
  ['never ends', endless('x'.repeat(60_000), 1), {}, 'larger than 100000 bytes'],
  [
    'sends a bomb',
    (_, response) => void response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(100_001))),
    {},
    'larger than 100000 bytes',
  ],
  [
    'ends in the middle',
    (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('a 1\n', () => response.destroy()),
    {},
    'other side closed',
  ],
  ['says 503', (_, response) => void response.writeHead(503).end('a 1\n'), {}, 'status 503'],
  ['leads elsewhere', (_, response) => void response.writeHead(302, { location: '/other' }).end(), {}, 'status 302'],
  ['answers with a page', (_, response) => void response.end('<html></html>'), {}, 'Line 1 cannot be read'],
  ['breaks off in a line', (_, response) => void response.end('a 1\nb{x="'), {}, 'Line 2 cannot be read'],
  [
    'answers in brotli',
    (_, response) => void response.setHeader('content-encoding', 'br').end('x'),
    {},
    'encoded as br',
  ],
])('a target that %s is up 0, with nothing else', async (_, listener, change, reason) => {
  const { error, lines } = await scraped(await serverOf(listener), change);
  expect(lines).toEqual([`up{${OWN}} 0 @${NOW}`]);
  expect(error?.message).toContain(reason);
});

test('a target where nobody listens is up 0', async () => {
  const { error, lines } = await scraped(new URL('http://127.0.0.1:1/metrics'));
  expect([lines, error === null]).toEqual([[`up{${OWN}} 0 @${NOW}`], false]);
});

test('each target at its place, the same after each start; one that is slow is not scraped twice at once', async () => {
  const clock = new SimulatedClock(NOW);
  const targets = Array.from({ length: 8 }, (_, i) => new URL(`http://h${i}/metrics`));
  const job = jobOf(targets[0]!, { targets, intervalMs: 1_000 });
  const seen: string[] = [];
  const troubles: string[] = [];
  let release: (error: Error | null) => void = () => undefined;
  const scraper = createScraper({
    jobs: [job],
    clock,
    scrape: (target, _, timestampMs) => {
      seen.push(`${target.hostname} ${timestampMs % 1_000}`);
      if (target.hostname !== 'h3') return Promise.resolve(target.hostname === 'h5' ? new Error('down') : null);
      return new Promise((resolve) => {
        release = resolve;
      });
    },
    onTrouble: (target, error) => troubles.push(`${target.hostname} ${error?.message ?? 'well'}`),
  });
  scraper.start();
  await clock.advance(3_000);
  const places = targets.map((target) => `${target.hostname} ${placeOf(`node ${target.href}`, 1_000)}`);
  expect(new Set(seen)).toEqual(new Set(places));
  for (const place of places)
    expect([place, seen.filter((one) => one === place).length]).toEqual([place, place.startsWith('h3') ? 1 : 3]);
  expect(new Set(places.map((place) => place.split(' ')[1])).size).toBe(8);
  expect(troubles).toEqual(['h5 down']);
  const stopping = scraper.stop();
  release(null);
  await stopping;
  const { length } = seen;
  await clock.advance(3_000);
  expect(seen).toHaveLength(length);
});
