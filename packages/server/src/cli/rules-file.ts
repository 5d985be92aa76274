import { isObject } from '@cloudbell/core/metric/text-size.ts';
import { parseDocument } from 'yaml';
import { type Fields, KINDS, type Kind } from './kinds.ts';
import { substitute } from './placeholders.ts';
import { UsageError } from './terminal.ts';

/** A thing as a file wants it. */
export interface Wanted {
  readonly kind: Kind;
  readonly id: string;
  /** As written, to send. */
  readonly input: Fields;
  readonly fields: Fields;
  /** The file that says so. */
  readonly file: string;
}

export interface WantedState {
  /** In order of kinds, then of the files. */
  readonly items: readonly Wanted[];
  /** Kinds whose section is in a file: the others are nobody's business here. */
  readonly kinds: readonly Kind[];
}

type File = { readonly name: string; readonly text: string };

const SECTIONS = KINDS.map(({ section }) => section);

/**
 * Reads files of sections: `rules: {id: rule}`, `contacts: {name: contact}` and so on, with placeholders of the environment. Everything the
 * server would refuse is found here, but for what only it knows; throws {@link UsageError} naming file, thing and field.
 */
export function readRulesFiles(files: readonly File[], env: Readonly<Record<string, string | undefined>>): WantedState {
  const problems: string[] = [];
  const contents = files.map((file) => ({ name: file.name, content: contentOf(file, env, problems) }));
  if (problems.length > 0) throw wrong(problems);
  const kinds = KINDS.filter(({ section }) => contents.some(({ content }) => Object.hasOwn(content, section)));
  const items = kinds.flatMap((kind) => {
    const wanted = new Map<string, Wanted>();
    for (const { name: file, content } of contents) {
      for (const [id, written] of Object.entries(content[kind.section] ?? {})) {
        if (wanted.has(id)) problems.push(`${file}: ${kind.noun} ${id} is in another file too`);
        const input = kind.short === undefined ? written : kind.short.read(written);
        const parsed = kind.parse(id, input);
        if ('problems' in parsed) {
          for (const { message, hint } of parsed.problems)
            problems.push(`${file}: ${kind.noun} ${id}: ${message} ${hint}`);
        } else wanted.set(id, { kind, id, input: input as Fields, fields: parsed.fields, file });
      }
    }
    return [...wanted.values()];
  });
  if (problems.length > 0) throw wrong(problems);
  return { items, kinds };
}

const wrong = (problems: readonly string[]): UsageError => new UsageError(problems.join('\n           '));

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function contentOf(
  { name, text }: File,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): Sections {
  const document = parseDocument(text);
  const broken = document.errors[0];
  if (broken !== undefined) throw new UsageError(`${name}: ${broken.message.split('\n', 1)[0]}`);
  const content: unknown = document.toJS();
  if (!isObject(content) || Object.keys(content).length === 0)
    throw new UsageError(`${name}: has none of the sections ${SECTIONS.join(', ')}`);
  const other = Object.keys(content).find((key) => !SECTIONS.includes(key));
  if (other !== undefined) throw new UsageError(`${name}: "${other}" is none of the sections ${SECTIONS.join(', ')}`);
  const bad = KINDS.find(({ section }) => Object.hasOwn(content, section) && !isObject(content[section]));
  if (bad !== undefined)
    throw new UsageError(`${name}: ${bad.section} is no mapping from ${bad.idField}s; write {} for none`);
  const missing = (path: string, variable: string): void =>
    void problems.push(`${name}: ${path}: ${variable} is not set in the environment`);
  return substitute(content, env, missing) as Sections;
}
