import { z } from 'zod';
import { errorAnswer } from './error-answer.ts';
import { LEAST_ROLE } from './least-role.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of {@link OPERATIONS}: JSON Schema 2020-12, straight from the zod schemas. */
export function openApiDocument(version: string): Json {
  const schemas: Json = { Error: jsonSchema(errorAnswer, { io: 'output', schemas: {} }) };
  const paths: Record<string, Json> = {};
  for (const [operationId, operation] of Object.entries<Operation>(OPERATIONS)) {
    const path = paths[operation.path] ?? {};
    paths[operation.path] = path;
    path[operation.method.toLowerCase()] = describe(operationId, operation, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cloudbell',
      version,
      description: 'Errors are {"error":{code,message,field?,hint}}; docs/errors.md lists the codes.',
    },
    security: [{ accessKey: [] }, { session: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        accessKey: { type: 'http', scheme: 'basic', description: 'Access key id and secret' },
        session: { type: 'apiKey', in: 'cookie', name: 'cloudbell_session' },
      },
    },
  };
}

function describe(operationId: string, operation: Operation, schemas: Json): Json {
  const { body, bodyType = 'application/json' } = operation;
  const answers = Object.entries(operation.answers).map(([status, answer]) => [
    status,
    describeAnswer(answer, schemas),
  ]);
  const error = { $ref: '#/components/schemas/Error' };
  const role = (LEAST_ROLE as Readonly<Record<string, string>>)[operationId];
  return {
    operationId,
    summary: operation.summary,
    ...(role === undefined ? {} : { description: `Needs the role ${role}.` }),
    tags: [operation.tag],
    ...(operation.access === undefined ? {} : { security: [{}] }),
    parameters: [
      ...parameters(operation.params, 'path'),
      ...parameters(operation.query, 'query'),
      ...(operation.headers ?? []).map((header) => ({ ...header, in: 'header', schema: { type: 'string' } })),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { [bodyType]: { schema: jsonSchema(body, { io: 'input', schemas }) } },
          },
        }),
    responses: {
      ...Object.fromEntries(answers),
      default: { description: 'Any other error', content: { 'application/json': { schema: error } } },
    },
  };
}

function describeAnswer(answer: Operation['answers'][number], schemas: Json): Json {
  const { description, schema, contentType = 'application/json' } = answer;
  if (schema !== null) {
    return { description, content: { [contentType]: { schema: jsonSchema(schema, { io: 'output', schemas }) } } };
  }
  return answer.contentType === undefined ? { description } : { description, content: { [contentType]: {} } };
}

function parameters(schema: z.ZodObject | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, { io: 'input', schemas: {} }) as {
    properties?: Json;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

/** Schemas with an `id` that stand inside another move to `schemas`, and are referred to there. */
function jsonSchema(schema: z.ZodType, to: { readonly io: 'input' | 'output'; readonly schemas: Json }): Json {
  const whole = JSON.stringify(z.toJSONSchema(schema, { io: to.io, unrepresentable: 'any' }));
  const { $schema: _, $defs = {}, ...rest } = JSON.parse(whole.replaceAll('#/$defs/', '#/components/schemas/')) as Json;
  Object.assign(to.schemas, $defs);
  return rest;
}
