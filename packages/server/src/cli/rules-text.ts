import { isMasked } from '@cloudbell/core/notify/masked-secret.ts';
import { isMaskedSecret } from '@cloudbell/core/notify/robot-secret.ts';
import { isCutEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import { stringify } from 'yaml';
import { type Fields, KINDS, type Kind } from './kinds.ts';
import { escapePlaceholders } from './placeholders.ts';

interface Thing {
  readonly kind: Kind;
  readonly id: string;
  readonly fields: Fields;
}

const ABOUT_MASKS = `# Secrets are masked here and URLs with a token shortened, and such a one stands for the one that is stored. For another
# server write the whole one, or \${NAME} to take it from the environment.
`;

const ABOUT_CALLBACKS = `# Callbacks of rules are shortened here, because a viewer exported them: this file cannot be applied where they are whole.
# Export with the access key of an editor.
`;

/** The text of `rules export`: what is as it would be by default is left out. Reading it back gives the same things. */
export function rulesText(things: readonly Thing[]): string {
  const sections = KINDS.map((kind) => {
    const own = things.filter((thing) => thing.kind === kind);
    return [kind.section, Object.fromEntries(own.map((thing) => [thing.id, written(thing)]))];
  });
  const text = stringify(escapePlaceholders(Object.fromEntries(sections)), { lineWidth: 0 });
  const heads = [
    hasMask(things.map(({ fields }) => fields.dingtalk)) ? ABOUT_MASKS : '',
    hasMask(things.map(({ fields }) => fields.webhook)) ? ABOUT_CALLBACKS : '',
  ];
  return heads.join('') + text;
}

const hasMask = (value: unknown): boolean =>
  typeof value === 'string'
    ? isMaskedSecret(value) || isMasked(value) || (/^https?:/i.test(value) && isCutEndpoint(value))
    : typeof value === 'object' && value !== null && Object.values(value).some(hasMask);

function written(thing: Thing): unknown {
  const fields = withoutDefaults(thing);
  return thing.kind.short === undefined ? fields : thing.kind.short.write(fields);
}

function withoutDefaults({ kind, id, fields }: Thing): Fields {
  const required = Object.fromEntries(kind.required.map((field) => [field, fields[field]]));
  const parsed = kind.parse(id, required);
  const defaults: Fields = 'fields' in parsed ? parsed.fields : {};
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([field, value]) => kind.required.includes(field) || JSON.stringify(value) !== JSON.stringify(defaults[field]),
    ),
  );
}
