import { WIDEST_NAME_LIMITS as WIDEST } from '@cloudbell/core/metric/dimension-rules.ts';
import { CALLBACK_PROFILES } from '@cloudbell/core/rule/rule.ts';
import { SMTP_SECURITIES } from '../channel/email/config.ts';
import type { ScrapeJob } from '../scrape/job.ts';
import {
  addressList,
  baseUrl,
  bytes,
  duration,
  hostPort,
  integer,
  longText,
  masterKey,
  matching,
  type OptionType,
  oneOf,
  onOff,
  path,
  signingSecret,
  text,
  timeZone,
} from './option-types.ts';

/**
 * The one table of options. Flags, environment variables, the keys of `cloudbell.yaml`, `--help` and docs/options.md
 * are all made from it, so a row here is all there is to adding an option.
 */
export interface OptionRow<T, D extends string | null> {
  /** The one word for it: `--NAME`, `CLOUDBELL_NAME` with underscores, and the key `NAME` in the file. */
  readonly name: string;
  readonly type: OptionType<T>;
  /** As one would write it; null: none. */
  readonly default: D;
  /** What stands in the default's place in the help, where the default depends on something. */
  readonly defaultText?: string | undefined;
  readonly help: string;
  readonly section: OptionSection;
  /** Secrets are not taken as flags (everybody on the host can read those) and never shown. */
  readonly secret?: boolean | undefined;
}

export const OPTION_SECTIONS = [
  'Addresses',
  'Account',
  'This host',
  'Callbacks',
  'Mail',
  'Running',
  'Readiness',
  'Limits',
] as const;
export type OptionSection = (typeof OPTION_SECTIONS)[number];

type RowRest<T, D> = Omit<OptionRow<T, D & (string | null)>, 'name' | 'type' | 'section'>;

const inSection =
  (section: OptionSection) =>
  <T, const D extends string | null>(name: string, type: OptionType<T>, rest: RowRest<T, D>): OptionRow<T, D> =>
    ({ name, type, section, ...rest }) as OptionRow<T, D>;

const address = inSection('Addresses');
const account = inSection('Account');
const host = inSection('This host');
const callback = inSection('Callbacks');
const mail = inSection('Mail');
const running = inSection('Running');
const readiness = inSection('Readiness');
const limit = inSection('Limits');

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Keys are the names in code, with units; the order is the order of the help. */
export const OPTIONS = {
  listen: address('listen', hostPort, {
    default: '127.0.0.1:8190',
    help: 'Where the one port listens: console, API, inbox. Port 0 lets the system choose.',
  }),
  publicUrl: address('public-url', baseUrl, {
    default: null,
    defaultText: 'made from --listen',
    help: 'How people and receivers reach this server, for links.',
  }),
  tlsCertPath: address('tls-cert', path, {
    default: null,
    help: 'PEM certificate chain: HTTPS. Needs --tls-key too.',
  }),
  tlsKeyPath: address('tls-key', path, { default: null, help: 'PEM private key for --tls-cert.' }),

  accountId: account('account-id', matching('ID', /^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, _ or -'), {
    default: '1000000000000001',
    help: 'The first account: the userId of its callbacks.',
  }),
  accessKeyId: account(
    'access-key-id',
    matching('ID', /^[A-Za-z0-9._-]{1,128}$/, '1 to 128 letters, digits, . _ or -'),
    {
      default: null,
      defaultText: 'generated, printed once',
      help: 'Bootstrap access key; needs the secret too.',
      secret: true,
    },
  ),
  accessKeySecret: account('access-key-secret', text, {
    default: null,
    defaultText: 'generated, printed once',
    help: 'Its secret.',
    secret: true,
  }),
  adminPassword: account('admin-password', longText(8, 256), {
    default: null,
    defaultText: 'generated, printed once',
    help: 'Password of the console user admin, 8 to 256 characters; set anew at every start.',
    secret: true,
  }),
  signingSecret: account('signing-secret', signingSecret, {
    default: null,
    defaultText: 'generated; see cloudbell secrets',
    help: "The account's signing secret, whsec_ and base64 of 24 to 64 bytes.",
    secret: true,
  }),
  previousSigningSecret: account('signing-secret-previous', signingSecret, {
    default: null,
    help: 'While rotating: the secret before. webhook-signature then carries both.',
    secret: true,
  }),
  masterKey: account('master-key', masterKey, {
    default: null,
    defaultText: 'the file master.key in the data folder',
    help: 'Secrets are stored encrypted with it: 32 bytes in Base64 or hex (openssl rand -base64 32).',
    secret: true,
  }),
  fallbackGroup: account('fallback-group', text, {
    default: null,
    help: 'Contact group that is told what an endpoint did not take: when a delivery has used up its attempts.',
  }),
  timeZone: account('time-zone', timeZone, {
    default: null,
    defaultText: "the host's",
    help: "The account's time zone for effective intervals.",
  }),

  collect: host('collect', onOff, { default: 'on', help: "Collect this host's own metrics, namespace acs_ecs." }),
  collectEveryMs: host('collect-every', duration(SECOND, HOUR), { default: '15s', help: 'How often.' }),
  instanceId: host('instance-id', matching('ID', /^[A-Za-z0-9._-]{1,128}$/, '1 to 128 letters, digits, . _ or -'), {
    default: null,
    defaultText: 'host-HOSTNAME',
    help: 'The instanceId of its samples; set it where host names change, as in containers.',
  }),

  callbackAllow: callback('callback-allow', addressList, {
    default: null,
    defaultText: 'private, and loopback while listening on loopback',
    help: 'What endpoints may resolve to beyond public addresses: private (RFC 1918, ULA), loopback, CIDRs, or none.',
  }),
  callbackProfile: callback('callback-profile', oneOf(CALLBACK_PROFILES), {
    default: 'classic',
    help: 'Body of callbacks whose rule names none.',
  }),

  smtpHost: mail('smtp-host', matching('HOST', /^[^\s/@]{1,253}$/, 'a host name or an address'), {
    default: null,
    help: 'The SMTP server that mails are sent through. Without one they wait for a day.',
  }),
  smtpPort: mail('smtp-port', integer(1, 65_535), {
    default: null,
    defaultText: '587, with tls 465, with none 25',
    help: 'Its port.',
  }),
  smtpSecurity: mail('smtp-security', oneOf(SMTP_SECURITIES), {
    default: 'starttls',
    help: 'starttls and tls are always encrypted, none never is.',
  }),
  smtpCaPath: mail('smtp-ca', path, {
    default: null,
    defaultText: "Node's",
    help: 'PEM certificates of the authorities to trust, for a server with a certificate of your own.',
  }),
  smtpUser: mail('smtp-user', text, { default: null, help: 'Login; needs the password too.' }),
  smtpPassword: mail('smtp-password', text, { default: null, help: 'Its password.', secret: true }),
  smtpFrom: mail('smtp-from', matching('ADDRESS', /^[^\s<>@",;:]+@[^\s<>@",;:]+$/, 'an e-mail address'), {
    default: null,
    defaultText: '--smtp-user, where that is an address',
    help: 'Who the mails are from.',
  }),

  heartbeatUrl: running('heartbeat-url', matching('URL', /^https?:\/\/\S{1,2048}$/, 'an http or https URL'), {
    default: null,
    help: 'Asked by GET at a steady interval while Cloudbell ingests, evaluates and delivers; silence means it does not.',
    secret: true,
  }),
  heartbeatEveryMs: running('heartbeat-every', duration(SECOND, DAY), { default: '1m', help: 'How often.' }),
  dataPath: running('data', path, { default: './data', help: 'Folder that holds everything stored.' }),
  logLevel: running('log-level', oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), {
    default: 'info',
    help: 'Least important log line that is written.',
  }),
  seriesIdleMs: running('series-idle', duration(10 * SECOND, 366 * DAY), {
    default: '1h',
    help: 'A series without a sample for so long leaves memory; its alert stays while it is not OK.',
  }),
  rawRetentionMs: running('raw-retention', duration(HOUR, 3_660 * DAY), {
    default: '7d',
    help: 'Samples are kept this long, for charts; older ones are refused.',
  }),
  minuteRetentionMs: running('minute-retention', duration(HOUR, 3_660 * DAY), {
    default: '31d',
    help: 'What they were minute by minute is kept this long.',
  }),
  fiveMinuteRetentionMs: running('five-minute-retention', duration(HOUR, 3_660 * DAY), {
    default: '91d',
    help: 'And every five minutes, this long.',
  }),
  historyLogBytesMax: running('history-log-bytes-max', bytes(16 * 1024 ** 2), {
    default: '4GiB',
    help: 'While history cannot be written, at most about this much of the sample log is kept for it.',
  }),
  ledgerRetentionMs: running('ledger-retention', duration(DAY, 3_660 * DAY), {
    default: null,
    defaultText: 'for ever',
    help: 'How long deliveries, their attempts and the transitions of alerts are kept once they are over.',
  }),

  readyFoldLagMsMax: readiness('ready-fold-lag', duration(SECOND, HOUR), {
    default: '30s',
    help: 'Not ready when evaluation is further behind.',
  }),
  readyBacklogMax: readiness('ready-backlog', integer(1), {
    default: '10000',
    help: 'Not ready when more appends wait for the sample log.',
  }),
  readyDeliveryAgeMsMax: readiness('ready-delivery-age', duration(SECOND, DAY), {
    default: '5m',
    help: 'Not ready when the oldest due delivery has waited longer.',
  }),
  readyEventLoopDelayMsMax: readiness('ready-event-loop-delay', duration(10, HOUR), {
    default: '1s',
    help: 'Not ready when the event loop is later (p99).',
  }),

  bodyBytesMax: limit('body-bytes-max', bytes(1_024, 1024 ** 3), { default: '16MiB', help: 'Body of one request.' }),
  decompressedBytesMax: limit('decompressed-bytes-max', bytes(1_024, 4 * 1024 ** 3), {
    default: '64MiB',
    help: 'The same, decompressed.',
  }),
  requestLineBytesMax: limit('request-line-bytes-max', bytes(1_024, 1024 ** 2), {
    default: '64KiB',
    help: 'Path and query of one request.',
  }),
  batchSamplesMax: limit('batch-samples-max', integer(1, 1_000_000), {
    default: '10000',
    help: 'Samples of one JSON batch.',
  }),
  dimensionsMax: limit('dimensions-max', integer(1, WIDEST.dimensionsMax), {
    default: '64',
    help: 'Dimensions of one sample.',
  }),
  dimensionBytesMax: limit('dimension-bytes-max', bytes(1, WIDEST.dimensionValueBytesMax), {
    default: '1024',
    help: "One dimension's value.",
  }),
  nameBytesMax: limit('name-bytes-max', bytes(1, WIDEST.nameBytesMax), {
    default: '255',
    help: 'Namespace, metric, rule or dimension name.',
  }),
  samplesUnderWayMax: limit('samples-under-way-max', integer(1_000, 100_000_000), {
    default: '500000',
    help: 'Samples that may wait for the sample log; beyond, senders are told to come back later.',
  }),
  seriesPerAccountMax: limit('series-per-account-max', integer(1, 0xffff_ffff), {
    default: '1000000',
    help: 'Series of one account.',
  }),
  rulesPerAccountMax: limit('rules-per-account-max', integer(1), { default: '100000', help: 'Rules of one account.' }),
  answerBytesMax: limit('answer-bytes-max', bytes(0, 1024 ** 2), {
    default: '16KiB',
    help: "What is kept of an endpoint's answer.",
  }),
  inboxCallbacksMax: limit('inbox-callbacks-max', integer(1, 100_000), {
    default: '1000',
    help: 'Callbacks the inbox keeps, over all names.',
  }),
} as const;

type Row = (typeof OPTIONS)[keyof typeof OPTIONS];
type ValueOf<R extends Row> = R extends OptionRow<infer T, infer D> ? (D extends string ? T : T | null) : never;

/** What a deployment is told. Null: not given, and the default is made where it is used. */
export type CloudbellOptions = {
  readonly [K in keyof Omit<typeof OPTIONS, 'callbackAllow'>]: ValueOf<(typeof OPTIONS)[K]>;
} & {
  /** `private`, `loopback` and CIDRs; empty allows public addresses only. */
  readonly callbackAllow: readonly string[];
  /** From the file only. */
  readonly scrape: readonly ScrapeJob[];
};

export type OptionKey = keyof typeof OPTIONS;
export const OPTION_KEYS = Object.keys(OPTIONS) as OptionKey[];
/** Rows with their types widened, for code that treats all alike. */
export const rowOf = (key: OptionKey): OptionRow<unknown, string | null> => OPTIONS[key];
export const environmentName = (name: string): string => `CLOUDBELL_${name.replaceAll('-', '_').toUpperCase()}`;
