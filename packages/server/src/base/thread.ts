import type { MessagePort, Transferable } from 'node:worker_threads';
import { asError, CloudbellError } from './errors.ts';

/**
 * Calls across threads: an object on one side of a MessagePort, a typed stand-in on the other. Every method answers
 * a promise; errors keep their code. Typed arrays passed as arguments are transferred when the call lists them.
 */
export type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

interface CallMessage {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}
type AnswerMessage =
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly error: { readonly message: string; readonly problem: CloudbellError['problem'] | null };
    };

/** Serves `target`'s methods to whoever holds the other end. */
export function serve(port: MessagePort, target: object): void {
  port.on('message', (call: CallMessage) => {
    void answer(target, call).then((message) => port.postMessage(message));
  });
}

async function answer(target: object, call: CallMessage): Promise<AnswerMessage> {
  try {
    const method = (target as Record<string, unknown>)[call.method];
    if (typeof method !== 'function') throw new TypeError(`no method ${call.method}`);
    return { id: call.id, value: await method.apply(target, call.args) };
  } catch (thrown) {
    const error = asError(thrown);
    return {
      id: call.id,
      error: { message: error.message, problem: error instanceof CloudbellError ? error.problem : null },
    };
  }
}

const STOPPED = 'the thread has stopped';

/**
 * The stand-in. `transfer` picks the buffers of a call's arguments that move instead of being copied.
 * When the port closes, calls under way reject, and so does every later one: nothing waits for a thread that is gone.
 */
export function remote<T extends object>(
  port: MessagePort,
  transfer: (method: string, args: readonly unknown[]) => Transferable[] = () => [],
): Remote<T> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let isClosed = false;
  port.on('message', (message: AnswerMessage) => {
    const caller = waiting.get(message.id);
    if (caller === undefined) return;
    waiting.delete(message.id);
    if ('error' in message) caller.reject(revive(message.error));
    else caller.resolve(message.value);
  });
  port.on('close', () => {
    isClosed = true;
    for (const caller of waiting.values()) caller.reject(new Error(STOPPED));
    waiting.clear();
  });
  const call = (method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (isClosed) {
        reject(new Error(STOPPED));
        return;
      }
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      port.postMessage({ id, method, args } satisfies CallMessage, transfer(method, args));
    });
  return new Proxy({} as Remote<T>, {
    // A stand-in must not look like a promise, or `await` would call its `then`.
    get: (_, name) =>
      typeof name === 'string' && name !== 'then' ? (...args: unknown[]) => call(name, args) : undefined,
  });
}

function revive(error: { message: string; problem: CloudbellError['problem'] | null }): Error {
  if (error.problem === null) return new Error(error.message);
  const { code, ...detail } = error.problem;
  return new CloudbellError(code as CloudbellError['code'], {
    message: detail.message,
    hint: detail.hint,
    ...(detail.field === undefined ? {} : { field: detail.field }),
  });
}
