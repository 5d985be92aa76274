import { ApiProblem, LostConnection } from './problem.ts';

/**
 * The one way to the server. A session's change carries a header that no other site can set; an answer that is an
 * error becomes an {@link ApiProblem}, no answer a {@link LostConnection}.
 */
export interface Request {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly body?: unknown;
  /** The version that must be stored: 412 if it is another. */
  readonly ifMatch?: number | undefined;
  /** Only if there is none yet. */
  readonly onlyNew?: boolean;
  readonly signal?: AbortSignal;
  /** How long an answer may take, ms. */
  readonly answerMs?: number;
  /** Statuses whose body is an answer although they are no success (`/readyz` says 503 and why). */
  readonly alsoOk?: readonly number[];
}

const ANSWER_MS = 15_000;

export async function call<Answer>(path: string, request: Request = {}): Promise<Answer> {
  const response = await send(path, request);
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const text = response.status === 204 ? '' : await response.text();
  const value = isJson && text !== '' ? parsed(text) : undefined;
  if (response.ok || (request.alsoOk?.includes(response.status) && value !== undefined)) return value as Answer;
  throw new ApiProblem(response.status, errorOf(value) ?? unknownError(response));
}

async function send(path: string, request: Request): Promise<Response> {
  const { method = 'GET', body, ifMatch, onlyNew = false } = request;
  const headers = new Headers({ accept: 'application/json' });
  if (method !== 'GET') headers.set('x-cloudbell-csrf', '1');
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (ifMatch !== undefined) headers.set('if-match', `"${ifMatch}"`);
  if (onlyNew) headers.set('if-none-match', '*');
  const timeout = AbortSignal.timeout(request.answerMs ?? ANSWER_MS);
  try {
    return await fetch(path, {
      method,
      headers,
      cache: 'no-store',
      signal: request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (thrown) {
    if (request.signal?.aborted) throw thrown;
    throw new LostConnection(thrown);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type AnswerError = ConstructorParameters<typeof ApiProblem>[1];

function errorOf(value: unknown): AnswerError | null {
  const error = (value as { error?: AnswerError } | undefined)?.error;
  return typeof error?.code === 'string' ? error : null;
}

const unknownError = (response: Response): AnswerError => ({
  code: `http_${response.status}`,
  message: `${response.status} ${response.statusText}`,
  hint: '',
});

/** `/api/v1/rules` and the parts that are set, encoded. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined | null>>): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}
