import { request } from 'undici';
import { fieldsOf } from './rules-file.ts';
import type { PresentRule, Step } from './rules-plan.ts';

export interface RulesServer {
  /** Base URL without a slash at its end. */
  readonly url: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** Every rule of the account, page by page. Throws an Error of one line. */
export async function listRules(server: RulesServer): Promise<PresentRule[]> {
  const rules: PresentRule[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `limit=1000${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { status, content } = await call(server, { method: 'GET', path: `/api/v1/rules?${query}` });
    if (status !== 200) throw new Error(refusal(status, content));
    const page = content as { items: ({ ruleId: string; version: number } & object)[]; next: string | null };
    for (const rule of page.items) rules.push({ ruleId: rule.ruleId, version: rule.version, fields: fieldsOf(rule) });
    cursor = page.next;
  } while (cursor !== null);
  return rules;
}

/**
 * Does one step, on the condition that the rule is still as it was when the plan was made. Answers null, or one line
 * saying why not.
 */
export async function applyStep(server: RulesServer, step: Step): Promise<string | null> {
  const ruleId = step.kind === 'delete' ? step.ruleId : step.rule.ruleId;
  const condition: Record<string, string> =
    step.kind === 'create' ? { 'if-none-match': '*' } : { 'if-match': `"${step.version}"` };
  const { status, content } = await call(server, {
    method: step.kind === 'delete' ? 'DELETE' : 'PUT',
    path: `/api/v1/rules/${encodeURIComponent(ruleId)}`,
    headers: condition,
    body: step.kind === 'delete' ? null : JSON.stringify(step.rule.input),
  });
  if (status >= 200 && status < 300) return null;
  if (status === 412) return 'somebody changed it meanwhile; run apply again to see the difference';
  return refusal(status, content);
}

interface Call {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | null;
}

async function call(server: RulesServer, { method, path, headers = {}, body = null }: Call) {
  const key = Buffer.from(`${server.accessKeyId}:${server.accessKeySecret}`).toString('base64');
  try {
    const answer = await request(`${server.url}${path}`, {
      method,
      headers: {
        authorization: `Basic ${key}`,
        ...(body === null ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body,
    });
    return { status: answer.statusCode, content: parsed(await answer.body.text()) };
  } catch (thrown) {
    const error = thrown as Error & { code?: string };
    throw new Error(`${server.url} does not answer: ${error.code ?? error.message}`, { cause: thrown });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(status: number, content: unknown): string {
  const error = (content as { error?: { message?: string; hint?: string } } | null)?.error;
  if (error?.message === undefined) return `the server answered ${status}`;
  return `${error.message} ${error.hint ?? ''}`.trimEnd();
}
