import { readFileSync } from 'node:fs';
import type { NameLimits } from '@cloudbell/core/metric/dimension-rules.ts';
import { type ApiSettings, DEFAULT_API_SETTINGS } from '../api/deps.ts';
import { CloudbellError } from '../base/errors.ts';
import { SMTP_PORTS, type SmtpSettings } from '../channel/email/config.ts';
import type { IntakeLimits } from '../ingest/deps.ts';
import { isLoopback } from './options.ts';
import type { CloudbellOptions } from './options-table.ts';
import type { HistorySettings } from './rooms/history-room.ts';
import type { LogSettings } from './rooms/log-room.ts';
import type { StoreSettings } from './rooms/store-room.ts';
import { version } from './version.ts';

/** What each room is told, from the options of the deployment. */
export const storeSettings = (options: CloudbellOptions): StoreSettings => ({
  dataDir: options.dataPath,
  masterKey: options.masterKey,
  rulesPerAccountMax: options.rulesPerAccountMax,
  ledgerRetentionMs: options.ledgerRetentionMs,
  logLevel: options.logLevel,
  fallbackGroup: options.fallbackGroup,
  callbackProfile: options.callbackProfile,
  signingSecret: options.signingSecret,
  previousSigningSecret: options.previousSigningSecret,
});

export const logSettings = (options: CloudbellOptions): LogSettings => ({
  dataDir: options.dataPath,
  partitions: 1,
  logLevel: options.logLevel,
  followerBytesMax: options.historyLogBytesMax,
});

export const historySettings = (options: CloudbellOptions): HistorySettings => ({
  dataDir: options.dataPath,
  partitions: 1,
  retention: {
    rawMs: options.rawRetentionMs,
    minuteMs: options.minuteRetentionMs,
    fiveMinutesMs: options.fiveMinuteRetentionMs,
  },
  logLevel: options.logLevel,
});

/** A sample may be at most this far ahead of event time (semantics.md, Time and windows). */
const FUTURE_MS_MAX = 10 * 60_000;
const ERRORS_MAX = 100;

const nameLimits = (options: CloudbellOptions): NameLimits => ({
  nameBytesMax: options.nameBytesMax,
  dimensionsMax: options.dimensionsMax,
  dimensionValueBytesMax: options.dimensionBytesMax,
});

export const intakeLimits = (options: CloudbellOptions): IntakeLimits => ({
  batchSamplesMax: options.batchSamplesMax,
  seriesPerAccountMax: options.seriesPerAccountMax,
  ...nameLimits(options),
  errorsMax: ERRORS_MAX,
  futureMaxMs: FUTURE_MS_MAX,
  retentionMs: options.rawRetentionMs,
  samplesUnderWayMax: options.samplesUnderWayMax,
});

export const apiSettings = (options: CloudbellOptions): ApiSettings => ({
  ...DEFAULT_API_SETTINGS,
  version: version(),
  accountId: options.accountId,
  bodyBytesMax: options.bodyBytesMax,
  decompressedBytesMax: options.decompressedBytesMax,
  requestLineBytesMax: options.requestLineBytesMax,
  nameLimits: nameLimits(options),
  tls: readTls(options),
  cookieSecure: options.tlsCertPath !== null || (options.publicUrl?.startsWith('https:') ?? false),
  metricsOpen: isLoopback(options.listen.host),
  readiness: {
    ...DEFAULT_API_SETTINGS.readiness,
    foldLagMsMax: options.readyFoldLagMsMax,
    backlogMax: options.readyBacklogMax,
    deliveryAgeMsMax: options.readyDeliveryAgeMsMax,
    eventLoopDelayMsMax: options.readyEventLoopDelayMsMax,
  },
});

function readTls({ tlsCertPath, tlsKeyPath }: CloudbellOptions): ApiSettings['tls'] {
  if (tlsCertPath === null || tlsKeyPath === null) return null;
  return { cert: readPem('--tls-cert', tlsCertPath), key: readPem('--tls-key', tlsKeyPath) };
}

function readPem(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw new CloudbellError('start_refused', { message: `${flag}: ${path} cannot be read.`, cause: thrown });
  }
}

/** How mail is sent; null: it is not. */
export function smtpSettings(options: CloudbellOptions): SmtpSettings | null {
  const { smtpHost: host, smtpPort, smtpSecurity: security, smtpUser: user, smtpPassword: password } = options;
  if (host === null) return null;
  const port = smtpPort ?? SMTP_PORTS[security];
  const from = options.smtpFrom ?? user ?? '';
  const tlsCa = options.smtpCaPath === null ? undefined : readPem('--smtp-ca', options.smtpCaPath);
  return { host, port, security, user, password, from, tlsCa };
}

/** Origins under which this deployment's own inbox is reached from this host, the most natural one first. */
export function ownOrigins(options: CloudbellOptions, port: number): string[] {
  const scheme = options.tlsCertPath === null ? 'http' : 'https';
  const { host } = options.listen;
  const hosts =
    host === '0.0.0.0' || host === '::'
      ? ['127.0.0.1', 'localhost', '[::1]']
      : [host.includes(':') ? `[${host}]` : host];
  if (isLoopback(host) && host !== 'localhost') hosts.push('localhost');
  const own = hosts.map((name) => `${scheme}://${name}:${port}`);
  return options.publicUrl === null ? own : [...own, new URL(options.publicUrl).origin];
}

/** What a person must know about how this deployment can be reached. */
export function startWarnings(options: CloudbellOptions): string[] {
  const warnings: string[] = [];
  if (!isLoopback(options.listen.host) && options.tlsCertPath === null) {
    warnings.push(
      `listening on ${options.listen.host} without TLS: access keys, sessions and samples can be read on the network. Give --tls-cert and --tls-key, or let a proxy speak HTTPS.`,
    );
  }
  if (options.smtpHost !== null && options.smtpSecurity === 'none' && !isLoopback(options.smtpHost)) {
    warnings.push(
      `mail goes to ${options.smtpHost} unencrypted: mails${options.smtpPassword === null ? '' : ' and the password'} can be read on the network. Give --smtp-security starttls or tls.`,
    );
  }
  return warnings;
}

/** The account's zone: told, or this host's. */
export const timeZoneOf = (options: CloudbellOptions): string =>
  options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
