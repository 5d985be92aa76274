import type { SentMessage } from '@cloudbell/core/notify/test-send.ts';
import { redact, secretsOf } from './redact.ts';

/**
 * The bytes of a request, to be shown. Its line may carry the endpoint's token, and only there is it looked for: the rest
 * of the head names what the endpoint's words may be part of, and the body is the notification, in which no secret is.
 */
export function sentMessage(bytes: Uint8Array, secrets: readonly string[], endpoint: URL): SentMessage {
  const text = new TextDecoder().decode(bytes);
  const end = text.indexOf('\r\n\r\n');
  const [line = '', ...headers] = text.slice(0, end < 0 ? undefined : end).split('\r\n');
  const known = secretsOf(secrets, null);
  const head = [redact(line, secretsOf(secrets, endpoint)), ...headers.map((header) => redact(header, known))];
  return { head: head.join('\r\n'), body: end < 0 ? '' : text.slice(end + 4), bytes: bytes.length };
}
