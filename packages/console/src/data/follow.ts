const RETRY_MS = { least: 1_000, most: 15_000 };

/**
 * Follows a stream of server-sent events. The browser reconnects by itself after a broken connection; where it gives
 * up (an answer that is not a stream), this opens a new one, ever more slowly. Answers what stops it.
 */
export function follow(
  path: string,
  eventName: string,
  on: { readonly received: (data: string) => void; readonly opened: () => void; readonly broken: () => void },
): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = RETRY_MS.least;
  const open = (): void => {
    const stream = new EventSource(path);
    source = stream;
    stream.addEventListener('open', () => {
      waitMs = RETRY_MS.least;
      on.opened();
    });
    stream.addEventListener(eventName, (event) => on.received((event as MessageEvent<string>).data));
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
