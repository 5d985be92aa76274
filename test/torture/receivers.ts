import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HistoryFile, Notified } from './history.ts';

/**
 * Receivers in their bad days. Each writes down a request once it has read it whole, and its acceptance before the first
 * byte of a 2xx leaves: so an acceptance that Cloudbell never learnt of, because it was killed, counts as one.
 */
export interface Behaviour {
  readonly name: string;
  /** Of the alerts, out of all shares. */
  readonly share: number;
  /** What becomes of a request; absent chances are 0, and what is left answers 200. */
  readonly failing?: number;
  readonly resetting?: number;
  readonly hanging?: number;
  /** Accepts, and breaks the connection within its answer: the head is out, the body is not. */
  readonly breaking?: number;
  /** Takes the request to heart, and breaks the connection without a word: it must come again, with the same id. */
  readonly forgetting?: number;
  readonly slowMs?: number;
}

const GOOD: Behaviour = { name: 'good', share: 40 };

export const BEHAVIOURS: readonly Behaviour[] = [
  GOOD,
  { name: 'slow', share: 20, slowMs: 80 },
  { name: 'failing', share: 10, failing: 0.15 },
  { name: 'resetting', share: 10, resetting: 0.1 },
  { name: 'hanging', share: 5, hanging: 0.02 },
  { name: 'duplicating', share: 10, breaking: 0.2, forgetting: 0.1 },
  { name: 'all at once', share: 5, failing: 0.05, resetting: 0.05, hanging: 0.01, forgetting: 0.05, slowMs: 40 },
];

export interface Receiver {
  readonly name: string;
  readonly url: string;
  close(): Promise<void>;
}

/** `spoiltMax`: attempts of one delivery that it behaves so in; later ones it takes. */
export async function openReceiver(
  behaviour: Behaviour,
  { history, spoiltMax }: { readonly history: HistoryFile; readonly spoiltMax: number },
): Promise<Receiver> {
  const { name } = behaviour;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const of = notifiedOf(name, Buffer.concat(chunks).toString('utf8'));
      const attempt = Number(request.headers['cloudbell-attempt']);
      history.write({ kind: 'received', t: Date.now(), id, of, try: attempt });
      const accept = (): void => history.write({ kind: 'accepted', t: Date.now(), id });
      const answer = (): void => behave(attempt > spoiltMax ? GOOD : behaviour, response, accept);
      if (behaviour.slowMs === undefined) answer();
      else setTimeout(answer, Math.random() * behaviour.slowMs);
    });
  });
  server.keepAliveTimeout = 2000 + Math.random() * 4000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function behave(behaviour: Behaviour, response: ServerResponse, accept: () => void): void {
  const { failing = 0, resetting = 0, hanging = 0, breaking = 0, forgetting = 0 } = behaviour;
  let chance = Math.random();
  const falls = (into: number): boolean => {
    chance -= into;
    return chance < 0;
  };
  if (falls(failing)) response.writeHead(503).end('busy');
  else if (falls(resetting)) response.socket?.resetAndDestroy();
  else if (falls(forgetting)) response.socket?.destroy();
  else if (falls(hanging)) return;
  else if (falls(breaking)) {
    accept();
    response.writeHead(200, { 'content-length': 100 });
    response.write('half of it', () => response.socket?.destroy());
  } else {
    accept();
    response.end('seen');
  }
}

/** Read with the platform's own parser. */
function notifiedOf(endpoint: string, body: string): Notified {
  const form = new URLSearchParams(body);
  return {
    endpoint,
    resource: /^\{instanceId=(.*)\}$/.exec(form.get('dimensions') ?? '')?.[1] ?? `? ${body}`,
    window: Number(form.get('timestamp')),
    level: form.get('triggerLevel') ?? '',
    before: form.get('preTriggerLevel') ?? '',
  };
}
