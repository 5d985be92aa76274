/**
 * Talking to Cloudbell: reads that never throw, and the live stream of the inbox.
 *
 * @template T
 * @typedef {{ readonly items: readonly T[], readonly next: string | null }} Page
 */
/**
 * @typedef {{ kind: 'found', value: any, status: number }
 *   | { kind: 'signed-out' }
 *   | { kind: 'refused', status: number }
 *   | { kind: 'lost' }} Answer
 */

const READ_MS = 10_000;

/**
 * @param {string} path
 * @returns {Promise<Answer>}
 */
export async function read(path) {
  try {
    const response = await fetch(path, {
      headers: { accept: 'application/json' },
      cache: 'no-store',
      signal: AbortSignal.timeout(READ_MS),
    });
    if (response.status === 401) return { kind: 'signed-out' };
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    // A server that is not ready says why, with status 503 and a body.
    if (isJson && (response.ok || path === '/readyz')) {
      return { kind: 'found', value: await response.json(), status: response.status };
    }
    return { kind: 'refused', status: response.status };
  } catch {
    return { kind: 'lost' };
  }
}

const RETRY_MS = { least: 1_000, most: 15_000 };

/**
 * Follows a stream of server-sent events for as long as the page lives. The browser reconnects by itself after a
 * broken connection; where it gives up (an answer that is not a stream), this opens a new one, ever more slowly.
 *
 * @param {string} path
 * @param {string} eventName
 * @param {{ received: (data: string) => void, opened: () => void, broken: () => void }} on
 * @returns {() => void} stops following
 */
export function follow(path, eventName, on) {
  /** @type {EventSource | null} */
  let source = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let waitMs = RETRY_MS.least;
  const open = () => {
    const stream = new EventSource(path);
    source = stream;
    stream.addEventListener('open', () => {
      waitMs = RETRY_MS.least;
      on.opened();
    });
    stream.addEventListener(eventName, (event) => on.received(event.data));
    stream.addEventListener('error', () => {
      on.broken();
      if (stream.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, waitMs);
      waitMs = Math.min(waitMs * 2, RETRY_MS.most);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
