import type { FastifyRequest } from 'fastify';
import { CloudbellError } from '../../base/errors.ts';

const BODIES_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Bytes that the bodies of all requests under way take, as they came and decompressed, so that memory stays flat
 * whatever comes. One request alone may always have what its own limits allow.
 */
export class BodyBudget {
  readonly #bytesMax: number;
  readonly #held = new Map<FastifyRequest, number>();
  #used = 0;
  #decoding: Promise<unknown> = Promise.resolve();

  constructor(bytesMax = BODIES_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** Throws `ingest_busy` where it is too much beside what others have. */
  take(request: FastifyRequest, bytes: number): void {
    const own = this.#held.get(request) ?? 0;
    if (this.#used > own && this.#used + bytes > this.#bytesMax) {
      throw new CloudbellError('ingest_busy', { message: 'More samples are under way than Cloudbell can take now.' });
    }
    this.#held.set(request, own + bytes);
    this.#used += bytes;
  }

  giveBack(request: FastifyRequest): void {
    this.#used -= this.#held.get(request) ?? 0;
    this.#held.delete(request);
  }

  /** Decompresses one body at a time: how large it becomes is known only when it is there. */
  async decode(request: FastifyRequest, decode: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const decoding = this.#decoding.then(decode);
    this.#decoding = decoding.catch(() => undefined);
    const body = await decoding;
    this.take(request, body.length);
    return body;
  }
}
