import type { AttemptResult } from '@cloudbell/core/notify/delivery.ts';
import { createPoster, type PosterOptions } from './poster.ts';

/**
 * A sign of life: a GET that says nothing but that it was made, because that is what receivers of heartbeats take. By the
 * connections, the addresses and the deadline that callbacks have.
 */
export function createBeat(options: PosterOptions & { readonly userAgent: string }) {
  const poster = createPoster(options);
  return {
    /** Never rejects. The whole URL may be a secret: nothing of it is in the result. */
    send: async (url: string): Promise<AttemptResult> => {
      const headers = ['User-Agent', options.userAgent];
      const make = (asked: URL) => ({ url: asked, headers, body: null });
      return (await poster.post({ endpoint: url, method: 'GET', make, secrets: [] })).result;
    },
    close: (): void => poster.close(),
  };
}
