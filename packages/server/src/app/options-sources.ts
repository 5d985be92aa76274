import { parseDocument } from 'yaml';
import { environmentName, OPTION_KEYS, type OptionKey, rowOf } from './options-table.ts';

/** One text as given, and where, for messages: `--listen`, `CLOUDBELL_LISTEN`, `cloudbell.yaml: listen`. */
export interface GivenText {
  readonly text: string;
  readonly from: string;
}
export type SourceTexts = ReadonlyMap<OptionKey, GivenText>;
export type SourceResult =
  | { readonly texts: SourceTexts /** What stands under `scrape:` in the file. */; readonly scrape?: unknown }
  | { readonly error: string };

/** The file's own option stands outside the table: it is needed to find the file. */
export const CONFIG_FLAG = 'config';
/** In the file only: a list of jobs is no text. */
const SCRAPE_KEY = 'scrape';

const KEY_OF_NAME = new Map(OPTION_KEYS.map((key) => [rowOf(key).name, key]));
const KEY_OF_VARIABLE = new Map(OPTION_KEYS.map((key) => [environmentName(rowOf(key).name), key]));
const NAMES = [...KEY_OF_NAME.keys(), CONFIG_FLAG];
/** Variables that other commands read. */
const OTHER_VARIABLES = [environmentName(CONFIG_FLAG), 'CLOUDBELL_SERVER'];

/** `--name value` and `--name=value`; `--config` is passed over. */
export function readFlags(argv: readonly string[]): SourceResult {
  const texts = new Map<OptionKey, GivenText>();
  for (let i = 0; i < argv.length; i++) {
    const given = argv[i] ?? '';
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(given);
    if (match === null) return { error: `unexpected argument ${JSON.stringify(given)}` };
    const [, name = '', inline] = match;
    const key = KEY_OF_NAME.get(name);
    if (key === undefined && name !== CONFIG_FLAG) return { error: unknownFlag(name) };
    const text = inline ?? argv[++i];
    if (text === undefined) return { error: `--${name}: needs a value` };
    if (key === undefined) continue;
    if (rowOf(key).secret) {
      return {
        error: `--${name}: secrets are not taken as flags, others could read them; set ${environmentName(name)}`,
      };
    }
    if (texts.has(key)) return { error: `--${name}: given twice` };
    texts.set(key, { text, from: `--${name}` });
  }
  return { texts };
}

function unknownFlag(name: string): string {
  return `unknown option --${name}${didYouMean(name, NAMES, (near) => `--${near}`)}`;
}

/** Every `CLOUDBELL_*` variable must be known; an empty one counts as not set. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): SourceResult {
  const texts = new Map<OptionKey, GivenText>();
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('CLOUDBELL_') || text === undefined || text === '') continue;
    if (OTHER_VARIABLES.includes(name) || isServiceLink(name, text)) continue;
    const key = KEY_OF_VARIABLE.get(name);
    if (key === undefined) {
      const known = [...KEY_OF_VARIABLE.keys(), ...OTHER_VARIABLES];
      return { error: `unknown environment variable ${name}${didYouMean(name, known, (near) => near)}` };
    }
    texts.set(key, { text, from: name });
  }
  return { texts };
}

/**
 * Kubernetes gives every pod variables for each service: a service called `cloudbell` brings CLOUDBELL_PORT and
 * CLOUDBELL_SERVICE_HOST. Those are nobody's typing errors.
 */
function isServiceLink(name: string, text: string): boolean {
  if (/^CLOUDBELL_(?:\w+_)?SERVICE_(?:HOST|PORT(?:_\w+)?)$/.test(name)) return true;
  if (/^CLOUDBELL_(?:\w+_)?PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/.test(name)) return true;
  return /^CLOUDBELL_(?:\w+_)?PORT$/.test(name) && /^(?:tcp|udp|sctp):\/\//.test(text);
}

/** One flat mapping of option names; lists may be YAML lists. */
export function readYaml(yamlText: string | null): SourceResult {
  const texts = new Map<OptionKey, GivenText>();
  if (yamlText === null) return { texts };
  // Numbers stay exact: an account id has 16 digits and more.
  const document = parseDocument(yamlText, { intAsBigInt: true });
  const broken = document.errors[0];
  if (broken !== undefined) return { error: `cloudbell.yaml: ${firstLine(broken.message)}` };
  const content: unknown = document.toJS();
  if (content === null || content === undefined) return { texts };
  if (typeof content !== 'object' || Array.isArray(content)) {
    return { error: 'cloudbell.yaml: is not a mapping of option names to values' };
  }
  const { [SCRAPE_KEY]: scrape, ...named } = content as Record<string, unknown>;
  for (const [name, value] of Object.entries(named)) {
    const key = KEY_OF_NAME.get(name);
    if (key === undefined) {
      return {
        error: `cloudbell.yaml: unknown option "${name}"${didYouMean(name, [...KEY_OF_NAME.keys(), SCRAPE_KEY], (near) => near)}`,
      };
    }
    const text = scalarText(value);
    if (text === null)
      return { error: `cloudbell.yaml: ${name}: is neither a text, a number, a switch nor a list of those` };
    texts.set(key, { text, from: `cloudbell.yaml: ${name}` });
  }
  return { texts, scrape };
}

function scalarText(value: unknown): string | null {
  if (Array.isArray(value)) {
    const parts = value.map((item: unknown) => (Array.isArray(item) ? null : scalarText(item)));
    return parts.some((part) => part === null) ? null : parts.join(',');
  }
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : null;
}

const firstLine = (message: string): string => message.split('\n', 1)[0]?.replace(/:$/, '') ?? message;

/** ` (did you mean …?)` when one of the known names is near enough, else nothing. */
function didYouMean(given: string, known: readonly string[], show: (name: string) => string): string {
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const name of known) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    if (best === null || distance < best.distance) best = { name, distance };
  }
  const near = best !== null && best.distance <= Math.max(2, Math.floor(given.length / 4));
  return near && best !== null ? ` (did you mean ${show(best.name)}?)` : '';
}

/** Levenshtein, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
