import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

const jobsOf = (yamlText: string) => parseOptions({ argv: [], env: {}, yamlText });

test('a job with everything, and one with the least', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudbell-scrape-'));
  writeFileSync(join(folder, 'token'), 'secret\n');
  const result = jobsOf(`
scrape:
  - job: node
    targets: [127.0.0.1:9100, "https://host.example/custom?a=b"]
    interval: 30s
    timeout: 5s
    namespace: fleet
    labels: {env: prod}
    bearerTokenFile: ${join(folder, 'token')}
    honorLabels: true
    tls: {serverName: host, insecureSkipVerify: true}
  - job: web
    scheme: https
    path: /metrics/all
    targets: [web.example]
    basicAuth: {username: bell, password: 123}
`);
  rmSync(folder, { recursive: true });
  if ('error' in result) throw new Error(result.error);
  const [one, two] = result.options.scrape;
  expect(one).toMatchObject({
    ...{ name: 'node', namespace: 'fleet', intervalMs: 30_000, timeoutMs: 5_000, labels: { env: 'prod' } },
    ...{ authorization: 'Bearer secret', honorLabels: true, tls: { serverName: 'host', isVerified: false } },
  });
  expect(one?.targets.map(String)).toEqual(['http://127.0.0.1:9100/metrics', 'https://host.example/custom?a=b']);
  expect(two).toMatchObject({
    intervalMs: 15_000,
    timeoutMs: 10_000,
    authorization: 'Basic YmVsbDoxMjM=',
    honorTimestamps: true,
  });
  expect(two?.targets.map(String)).toEqual(['https://web.example/metrics/all']);
});

test.each([
  ['a mapping', 'scrape: {job: a}', 'scrape is an object, not a list of jobs'],
  ['no job name', 'scrape: [{targets: [a]}]', 'scrape[0].job: is missing'],
  ['no targets', 'scrape: [{job: a}]', 'scrape[0].targets: is not a list of targets'],
  ['a target that is none', 'scrape: [{job: a, targets: ["http://"]}]', 'scrape[0].targets[0]: is neither host:port'],
  ['credentials in a target', 'scrape: [{job: a, targets: ["http://u:p@h"]}]', 'scrape[0].targets[0]: is neither'],
  ['a misspelt field', 'scrape: [{job: a, targets: [h], interva: 1s}]', 'scrape[0].interva: is unknown'],
  [
    'an interval without a unit',
    'scrape: [{job: a, targets: [h], interval: 15}]',
    'scrape[0].interval: "15" is not a duration',
  ],
  [
    'a timeout beyond the interval',
    'scrape: [{job: a, targets: [h], interval: 5s, timeout: 6s}]',
    'is longer than the interval',
  ],
  ['one job twice', 'scrape: [{job: a, targets: [h]}, {job: a, targets: [h]}]', 'the job "a" is there twice'],
  [
    'two kinds of credentials',
    'scrape: [{job: a, targets: [h], bearerToken: x, basicAuth: {username: a}}]',
    'a request carries one',
  ],
  [
    'a file that is not there',
    'scrape: [{job: a, targets: [h], bearerTokenFile: /none}]',
    '/none cannot be read (ENOENT)',
  ],
  [
    'a certificate without its key',
    'scrape: [{job: a, targets: [h], tls: {certFile: /dev/null}}]',
    'certFile and keyFile go together',
  ],
  ['a label that is none', 'scrape: [{job: a, targets: [h], labels: {"a-b": c}}]', 'is no name of a label'],
])('refused: %s', (_, yaml, message) => {
  const result = jobsOf(yaml);
  expect('error' in result ? result.error : 'none').toContain(message);
});
