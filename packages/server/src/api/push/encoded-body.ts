import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import {
  createGunzip,
  createInflate,
  createZstdDecompress,
  gunzip,
  inflate,
  inflateRaw,
  zstdDecompress,
} from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { asError, CloudbellError } from '../../base/errors.ts';
import type { BodyBudget } from './body-budget.ts';

interface Encoding {
  readonly whole: (body: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;
  readonly stream: () => Transform;
}

/** Some senders' `deflate` is bare, although the header that names it means the one with a checksum. */
const inflateEither = async (body: Uint8Array, options: { maxOutputLength: number }): Promise<Uint8Array> => {
  const hasHeader = ((body[0] ?? 0) & 0x0f) === 8 && (((body[0] ?? 0) << 8) | (body[1] ?? 0)) % 31 === 0;
  return hasHeader ? promisify(inflate)(body, options) : promisify(inflateRaw)(body, options);
};

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  gzip: { whole: promisify(gunzip), stream: createGunzip },
  'x-gzip': { whole: promisify(gunzip), stream: createGunzip },
  deflate: { whole: inflateEither, stream: createInflate },
  zstd: { whole: promisify(zstdDecompress), stream: createZstdDecompress },
};

/** The body's bytes, decompressed off this thread. Throws where they are none, or more than `bytesMax`. */
export async function decodedBody(
  request: FastifyRequest,
  { bytesMax, budget }: { readonly bytesMax: number; readonly budget: BodyBudget },
): Promise<Uint8Array> {
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array(0);
  const encoding = encodingOf(request);
  if (encoding === null) return body;
  try {
    return await budget.decode(request, () => encoding.whole(body, { maxOutputLength: bytesMax }));
  } catch (thrown) {
    throw decodingFault(thrown, bytesMax);
  }
}

/** What decompresses the body as it comes; null when there is nothing to do. */
export function decoderOf(request: FastifyRequest): Transform | null {
  return encodingOf(request)?.stream() ?? null;
}

function encodingOf(request: FastifyRequest): Encoding | null {
  const name = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return null;
  const encoding = Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name] : undefined;
  if (encoding !== undefined) return encoding;
  throw new CloudbellError('body_encoding_unsupported', {
    message: `The body is encoded as ${name.slice(0, 64)}.`,
    hint: 'Send it as gzip, deflate or zstd, or without content-encoding.',
  });
}

export function decodingFault(thrown: unknown, bytesMax: number): CloudbellError {
  const cause = asError(thrown) as NodeJS.ErrnoException;
  if (cause instanceof CloudbellError) return cause;
  if (cause.code === 'ERR_BUFFER_TOO_LARGE') {
    return new CloudbellError('decompressed_too_large', {
      message: `Decompressed, the body has more than ${bytesMax} bytes.`,
      hint: 'Send it in several requests, or raise --decompressed-bytes-max.',
    });
  }
  return new CloudbellError('body_compression_malformed', {
    message: `The body is not what its content-encoding says: ${cause.message.slice(0, 100)}.`,
    hint: 'Send all of it, or leave content-encoding out.',
    cause,
  });
}
