import { isObject, kindOf } from '../metric/text-size.ts';
import type { FieldKind, MessageSchema } from './otlp-schema.ts';
import { WireError } from './wire-error.ts';

type Message = Record<string, unknown>;

/**
 * A message in the JSON form of protobuf, held to its schema: whoever reads it afterwards finds lists where there should
 * be lists. Fields that the schema does not name are left out, null is as good as absent. Throws `otlp_malformed` with
 * the path of what is wrong.
 */
export function readJsonMessage(value: unknown, schema: MessageSchema, path = ''): Message {
  if (!isObject(value)) throw wrong(path, value, 'an object');
  const message: Message = {};
  for (const { name, kind, isList } of Object.values(schema)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given === undefined || given === null) continue;
    const at = path === '' ? name : `${path}.${name}`;
    if (isList !== true) message[name] = readValue(given, kind, at);
    else if (Array.isArray(given)) message[name] = given.map((one, index) => readValue(one, kind, `${at}[${index}]`));
    else throw wrong(at, given, 'a list');
  }
  return message;
}

function readValue(value: unknown, kind: FieldKind, path: string): unknown {
  if (typeof kind === 'object') return readJsonMessage(value, kind, path);
  if (kind === 'text') {
    if (typeof value !== 'string') throw wrong(path, value, 'a text');
    return value.toWellFormed();
  }
  if (kind === 'bool') {
    if (typeof value !== 'boolean') throw wrong(path, value, 'true or false');
    return value;
  }
  // Numbers of 64 bits are texts, NaN and the infinities too, and values of enumerations may be their names.
  if (typeof value !== 'number' && typeof value !== 'string') throw wrong(path, value, 'a number');
  return value;
}

function wrong(path: string, value: unknown, wanted: string): WireError {
  return new WireError('otlp_malformed', {
    message: `${path === '' ? 'The body' : path.slice(0, 200)} is ${kindOf(value)}, not ${wanted}.`,
    hint: 'Send an ExportMetricsServiceRequest in the JSON form of OTLP, with names in lowerCamelCase.',
  });
}
