import { readFileSync } from 'node:fs';
import { metricNameFault, WIDEST_NAME_LIMITS } from '@cloudbell/core/metric/dimension-rules.ts';
import { isObject, kindOf } from '@cloudbell/core/metric/text-size.ts';
import type { ScrapeJob, ScrapeTls } from '../scrape/job.ts';
import { bytes, duration, RefusedText } from './option-types.ts';

/** Why `scrape:` cannot be followed, as the rest of `cloudbell.yaml: scrape…`. */
class ScrapeFault extends Error {}

type Fields = Readonly<Record<string, unknown>>;

const JOB_FIELDS = [
  ...['job', 'targets', 'interval', 'timeout', 'scheme', 'path', 'namespace', 'labels', 'bodyBytesMax'],
  ...['basicAuth', 'bearerToken', 'bearerTokenFile', 'tls', 'honorLabels', 'honorTimestamps'],
];
const INTERVAL = duration(1_000, 86_400_000);
const TIMEOUT = duration(100, 86_400_000);

/** The list under `scrape:` in cloudbell.yaml, checked; files of secrets and certificates are read here, once. */
export function readScrapeJobs(value: unknown): { readonly jobs: readonly ScrapeJob[] } | { readonly error: string } {
  if (value === undefined || value === null) return { jobs: [] };
  try {
    if (!Array.isArray(value)) throw new ScrapeFault(` is ${kindOf(value)}, not a list of jobs`);
    const jobs = value.map((one: unknown, at) => readJob(one, `[${at}]`));
    const names = new Set<string>();
    for (const { name } of jobs) {
      if (names.has(name)) throw new ScrapeFault(`: the job "${name}" is there twice`);
      names.add(name);
    }
    return { jobs };
  } catch (thrown) {
    if (thrown instanceof ScrapeFault) return { error: `cloudbell.yaml: scrape${thrown.message}` };
    throw thrown;
  }
}

function readJob(value: unknown, at: string): ScrapeJob {
  const fields = objectOf(value, at, JOB_FIELDS);
  const name = textOf(fields, 'job', at);
  if (name === undefined) throw new ScrapeFault(`${at}.job: is missing`);
  const namespace = textOf(fields, 'namespace', at) ?? 'prometheus';
  const fault = metricNameFault(namespace, WIDEST_NAME_LIMITS);
  if (fault !== null) throw new ScrapeFault(`${at}.namespace: ${fault}`);
  const intervalMs = parsed(INTERVAL, textOf(fields, 'interval', at) ?? '15s', `${at}.interval`);
  const given = textOf(fields, 'timeout', at);
  const timeoutMs = given === undefined ? Math.min(10_000, intervalMs) : parsed(TIMEOUT, given, `${at}.timeout`);
  if (timeoutMs > intervalMs) throw new ScrapeFault(`${at}.timeout: is longer than the interval`);
  return {
    name,
    namespace,
    targets: targetsOf(fields, at),
    intervalMs,
    timeoutMs,
    bodyBytesMax: parsed(bytes(1_024, 1024 ** 3), textOf(fields, 'bodyBytesMax', at) ?? '64MiB', `${at}.bodyBytesMax`),
    labels: labelsOf(fields.labels, `${at}.labels`),
    authorization: authorizationOf(fields, at),
    honorLabels: flagOf(fields, 'honorLabels', at) ?? false,
    honorTimestamps: flagOf(fields, 'honorTimestamps', at) ?? true,
    tls: tlsOf(fields.tls, `${at}.tls`),
  };
}

function targetsOf(fields: Fields, at: string): URL[] {
  const { targets } = fields;
  if (!Array.isArray(targets) || targets.length === 0) throw new ScrapeFault(`${at}.targets: is not a list of targets`);
  const scheme = textOf(fields, 'scheme', at) ?? 'http';
  if (scheme !== 'http' && scheme !== 'https') throw new ScrapeFault(`${at}.scheme: is neither http nor https`);
  const path = textOf(fields, 'path', at) ?? '/metrics';
  return targets.map((target: unknown, index) => {
    const text = typeof target === 'string' ? target : '';
    const url = URL.parse(/^https?:\/\//.test(text) ? text : `${scheme}://${text}`);
    if (url === null || text === '' || !/^https?:$/.test(url.protocol) || url.username !== '') {
      throw new ScrapeFault(`${at}.targets[${index}]: is neither host:port nor an http(s) URL without credentials`);
    }
    if (url.pathname === '/' && url.search === '') {
      const withPath = URL.parse(path, url);
      if (withPath === null) throw new ScrapeFault(`${at}.path: is not a path`);
      return withPath;
    }
    return url;
  });
}

function labelsOf(value: unknown, at: string): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) throw new ScrapeFault(`${at}: is ${kindOf(value)}, not names with values`);
  for (const [name, text] of Object.entries(value)) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) || name === '__name__')
      throw new ScrapeFault(`${at}.${name}: is no name of a label`);
    if (typeof text !== 'string') throw new ScrapeFault(`${at}.${name}: is ${kindOf(text)}; put it in quotes`);
  }
  return value as Record<string, string>;
}

function authorizationOf(fields: Fields, at: string): string | null {
  const token = textOf(fields, 'bearerToken', at) ?? fileOf(fields, 'bearerTokenFile', at);
  if (fields.basicAuth === undefined) return token === undefined ? null : `Bearer ${token}`;
  if (token !== undefined) throw new ScrapeFault(`${at}: has basicAuth and a bearer token; a request carries one`);
  const place = `${at}.basicAuth`;
  const basic = objectOf(fields.basicAuth, place, ['username', 'password', 'passwordFile']);
  const username = textOf(basic, 'username', place) ?? '';
  const password = textOf(basic, 'password', place) ?? fileOf(basic, 'passwordFile', place) ?? '';
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function tlsOf(value: unknown, at: string): ScrapeTls {
  if (value === undefined) return { isVerified: true };
  const fields = objectOf(value, at, ['caFile', 'certFile', 'keyFile', 'serverName', 'insecureSkipVerify']);
  const [ca, cert, key] = [fileOf(fields, 'caFile', at), fileOf(fields, 'certFile', at), fileOf(fields, 'keyFile', at)];
  if ((cert === undefined) !== (key === undefined)) throw new ScrapeFault(`${at}: certFile and keyFile go together`);
  const serverName = textOf(fields, 'serverName', at);
  return {
    isVerified: flagOf(fields, 'insecureSkipVerify', at) !== true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function objectOf(value: unknown, at: string, known: readonly string[]): Fields {
  if (!isObject(value)) throw new ScrapeFault(`${at}: is ${kindOf(value)}, not a mapping`);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ScrapeFault(`${at}.${unknown}: is unknown; there are ${known.join(', ')}`);
  return value;
}

/** What YAML reads as a number was meant as a text: passwords are. */
function textOf(fields: Fields, name: string, at: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value === '')
    throw new ScrapeFault(`${at}.${name}: is ${kindOf(value)}, not a text`);
  return value;
}

function flagOf(fields: Fields, name: string, at: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new ScrapeFault(`${at}.${name}: is neither true nor false`);
}

function fileOf(fields: Fields, name: string, at: string): string | undefined {
  const path = textOf(fields, name, at);
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (thrown) {
    throw new ScrapeFault(
      `${at}.${name}: ${path} cannot be read (${(thrown as NodeJS.ErrnoException).code ?? 'error'})`,
    );
  }
}

function parsed<T>(type: { readonly parse: (text: string) => T | RefusedText }, text: string, at: string): T {
  const value = type.parse(text);
  if (value instanceof RefusedText) throw new ScrapeFault(`${at}: ${JSON.stringify(text)} ${value.reason}`);
  return value;
}
