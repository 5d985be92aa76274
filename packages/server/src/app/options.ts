import { RefusedText } from './option-types.ts';
import { readEnvironment, readFlags, readYaml, type SourceTexts } from './options-sources.ts';
import { type CloudbellOptions, environmentName, OPTION_KEYS, type OptionKey, rowOf } from './options-table.ts';
import { readScrapeJobs } from './scrape-options.ts';

export interface OptionsInput {
  /** Flags only: the command before them is taken off. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of `cloudbell.yaml`; null without one. */
  readonly yamlText: string | null;
  /** Other defaults for a command, as one would write them: the demo's data folder. */
  readonly defaults?: Readonly<Partial<Record<OptionKey, string>>> | undefined;
}

export type OptionsResult = { readonly options: CloudbellOptions } | { readonly error: string };

/**
 * Flags win over `CLOUDBELL_*`, those over the file, that over the defaults. Every text given is checked, also one
 * that a stronger source overrides, so that a typing error never lies in wait. Pure; `error` is one line.
 */
export function parseOptions(input: OptionsInput): OptionsResult {
  const flags = readFlags(input.argv);
  if ('error' in flags) return flags;
  const environment = readEnvironment(input.env);
  if ('error' in environment) return environment;
  const file = readYaml(input.yamlText);
  if ('error' in file) return file;

  const scrape = readScrapeJobs(file.scrape);
  if ('error' in scrape) return scrape;

  const values: Record<string, unknown> = {};
  for (const key of OPTION_KEYS) {
    const decided = decide(key, [flags.texts, environment.texts, file.texts], input.defaults?.[key]);
    if ('error' in decided) return decided;
    values[key] = decided.value;
  }
  return finish({ ...values, scrape: scrape.jobs } as Draft);
}

function decide(
  key: OptionKey,
  sources: readonly SourceTexts[],
  commandDefault: string | undefined,
): { readonly value: unknown } | { readonly error: string } {
  const { type, secret, default: tableDefault } = rowOf(key);
  let found: { readonly value: unknown } | null = null;
  for (const source of sources) {
    const given = source.get(key);
    if (given === undefined) continue;
    const value = type.parse(given.text);
    if (value instanceof RefusedText) {
      const shown = secret ? 'the value' : JSON.stringify(given.text);
      return { error: `${given.from}: ${shown} ${value.reason}` };
    }
    found ??= { value };
  }
  if (found !== null) return found;
  const text = commandDefault ?? tableDefault;
  return { value: text === null ? null : type.parse(text) };
}

type Draft = Omit<CloudbellOptions, 'callbackAllow'> & { readonly callbackAllow: readonly string[] | null };

/** What one option says about another. */
function finish(draft: Draft): OptionsResult {
  if ((draft.tlsCertPath === null) !== (draft.tlsKeyPath === null)) {
    const [given, missing] = draft.tlsKeyPath === null ? ['cert', 'key'] : ['key', 'cert'];
    return { error: `--tls-${given} is given without --tls-${missing}; HTTPS needs both` };
  }
  if ((draft.accessKeyId === null) !== (draft.accessKeySecret === null)) {
    const [given, missing] = draft.accessKeySecret === null ? ['id', 'secret'] : ['secret', 'id'];
    const [givenName, missingName] = [environmentName(`access-key-${given}`), environmentName(`access-key-${missing}`)];
    return { error: `${givenName} is given without ${missingName}; an access key is both` };
  }
  if (draft.previousSigningSecret !== null && draft.signingSecret === null) {
    return { error: 'CLOUDBELL_SIGNING_SECRET_PREVIOUS is given without CLOUDBELL_SIGNING_SECRET' };
  }
  const mailError = mailProblem(draft);
  if (mailError !== null) return { error: mailError };
  if (draft.minuteRetentionMs < draft.rawRetentionMs) {
    return { error: '--minute-retention is less than --raw-retention; what is coarser is kept longer' };
  }
  if (draft.fiveMinuteRetentionMs < draft.minuteRetentionMs) {
    return { error: '--five-minute-retention is less than --minute-retention; what is coarser is kept longer' };
  }
  if (draft.decompressedBytesMax < draft.bodyBytesMax) {
    return { error: '--decompressed-bytes-max is less than --body-bytes-max' };
  }
  const byDefault = isLoopback(draft.listen.host) ? ['private', 'loopback'] : ['private'];
  return { options: { ...draft, callbackAllow: draft.callbackAllow ?? byDefault } };
}

/** What the options of mail say about each other; null when they agree. */
function mailProblem({ smtpHost, smtpUser, smtpPassword, smtpFrom }: Draft): string | null {
  if ((smtpUser === null) !== (smtpPassword === null)) {
    const [given, missing] =
      smtpPassword === null ? ['--smtp-user', 'CLOUDBELL_SMTP_PASSWORD'] : ['CLOUDBELL_SMTP_PASSWORD', '--smtp-user'];
    return `${given} is given without ${missing}; a login is both`;
  }
  if (smtpHost === null && smtpUser !== null) return '--smtp-user is given without --smtp-host';
  if (smtpHost === null && smtpFrom !== null) return '--smtp-from is given without --smtp-host';
  if (smtpHost !== null && smtpFrom === null && !smtpUser?.includes('@')) {
    return '--smtp-host is given without --smtp-from; mails must be from somebody';
  }
  return null;
}

/** True for `localhost`, 127.0.0.0/8 and ::1: nobody else can connect. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || /^(?:(?:0{1,4}:){7}|::)0{0,3}1$/.test(host);
}
