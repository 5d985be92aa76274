import type { Operation } from '@cloudbell/core/contract/operation.ts';
import { suggestion } from '@cloudbell/core/metric/closest-name.ts';
import { CloudbellError } from './errors.ts';

/** What a schema of an operation lets through. */
export type OutputOf<O, K extends 'params' | 'query'> = O extends { readonly [key in K]: { readonly _output: infer T } }
  ? T
  : undefined;

/** The query of a request, checked against its operation's schema. Throws `query_invalid` or `cursor_invalid`. */
export function readQuery<O extends Operation>(operation: O, query: unknown): OutputOf<O, 'query'> {
  if (operation.query === undefined) return undefined as OutputOf<O, 'query'>;
  const known = Object.keys(operation.query.shape);
  const isLoose = operation.query.def.catchall !== undefined;
  for (const name of Object.keys(query as object)) {
    if (isLoose || known.includes(name)) continue;
    throw new CloudbellError('query_invalid', {
      message: `There is no query parameter "${name.slice(0, 64)}" here.`,
      field: name.slice(0, 64),
      hint: suggestion(name, known),
    });
  }
  const parsed = operation.query.safeParse(query);
  if (parsed.success) return parsed.data as OutputOf<O, 'query'>;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new CloudbellError(field === 'cursor' ? 'cursor_invalid' : 'query_invalid', {
    message: `The query parameter ${field} cannot be understood: ${issue?.message ?? 'it is malformed'}.`,
    field,
    hint: 'GET /api/v1/openapi.json says what each parameter may be.',
  });
}
