import { request } from 'undici';
import { type Terminal, UsageError } from './terminal.ts';

/** The server a command speaks to. */
export interface ApiServer {
  /** Base URL without a slash at its end. */
  readonly url: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** From `--server` and the environment; throws {@link UsageError}. */
export function serverOf(flag: string | undefined, { env }: Pick<Terminal, 'env'>): ApiServer {
  const given = flag ?? (env.CLOUDBELL_SERVER || 'http://127.0.0.1:8190');
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(`--server: "${given}" is not an http or https URL`);
  const [accessKeyId, accessKeySecret] = [env.CLOUDBELL_ACCESS_KEY_ID, env.CLOUDBELL_ACCESS_KEY_SECRET];
  if (!accessKeyId || !accessKeySecret) {
    throw new UsageError('set CLOUDBELL_ACCESS_KEY_ID and CLOUDBELL_ACCESS_KEY_SECRET to an access key of the server');
  }
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, accessKeyId, accessKeySecret };
}

export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** From `/api` on, its parts encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  /** Of JSON; null for an answer without. */
  readonly content: unknown;
}

/** Asks once, and answers whatever the server says. Throws an Error of one line where it says nothing. */
export async function ask(server: ApiServer, { method, path, headers = {}, body }: Call): Promise<Answer> {
  const key = Buffer.from(`${server.accessKeyId}:${server.accessKeySecret}`).toString('base64');
  try {
    const answer = await request(`${server.url}${path}`, {
      method,
      headers: {
        authorization: `Basic ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.statusCode, content: parsed(await answer.body.text()) };
  } catch (thrown) {
    const error = thrown as Error & { code?: string };
    throw new Error(`${server.url} does not answer: ${error.code ?? error.message}`, { cause: thrown });
  }
}

/** The content of an answer that must be a good one; throws an Error of one line, what was wrong and what to do. */
export async function call<T>(server: ApiServer, request: Call): Promise<T> {
  const { status, content } = await ask(server, request);
  if (status < 200 || status > 299) throw new Error(refusal(status, content));
  return content as T;
}

/** Every item of a list, page by page, at most `most`. */
export async function listAll<T>(
  server: ApiServer,
  path: string,
  { query = {}, most = Number.POSITIVE_INFINITY }: { query?: Readonly<Record<string, string>>; most?: number } = {},
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const limit = String(Math.min(1000, most - items.length));
    const asked = new URLSearchParams({ ...query, limit, ...(cursor === null ? {} : { cursor }) });
    const page: { items: T[]; next: string | null } = await call(server, { method: 'GET', path: `${path}?${asked}` });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < most);
  return items;
}

/** What a refusal says, in one line. */
export function refusal(status: number, content: unknown): string {
  const error = (content as { error?: { message?: string; hint?: string } } | null)?.error;
  if (error?.message === undefined) return `the server answered ${status}`;
  return `${error.message} ${error.hint ?? ''}`.trimEnd();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
