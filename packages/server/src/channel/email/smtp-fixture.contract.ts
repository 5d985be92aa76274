import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { TEST_CERTIFICATE, TEST_KEY } from '../http/tls-fixture.ts';

/** A real SMTP server for tests: TLS, login, and refusals as told. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly secure: boolean;
  /** The mail as it came: headers and parts. */
  readonly source: string;
}

export const SMTP_USER = 'cloudbell';
export const SMTP_PASSWORD = 'correct horse';

export class MailServer {
  readonly received: ReceivedMail[] = [];
  connections = 0;
  /** Thrown at the recipient, at the sender, or at the end of the mail, while set. */
  refuseRecipient: Error | null = null;
  refuseSender: Error | null = null;
  refuseMail: Error | null = null;
  readonly #server: SMTPServer;
  #waiting: (() => void)[] = [];

  private constructor(options: SMTPServerOptions) {
    this.#server = new SMTPServer({
      key: TEST_KEY,
      cert: TEST_CERTIFICATE,
      authOptional: false,
      disableReverseLookup: true,
      logger: false,
      closeTimeout: 100,
      onConnect: (_session, callback) => {
        this.connections++;
        callback();
      },
      onAuth: ({ username, password }, _session, callback) => {
        if (username === SMTP_USER && password === SMTP_PASSWORD) callback(null, { user: username });
        else callback(new Error('Invalid username or password'));
      },
      onMailFrom: (_address, _session, callback) => callback(this.refuseSender),
      onRcptTo: (_address, _session, callback) => callback(this.refuseRecipient),
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (this.refuseMail !== null) return callback(this.refuseMail);
          const { mailFrom, rcptTo } = session.envelope;
          this.received.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            user: session.user,
            secure: session.secure,
            source: Buffer.concat(chunks).toString('utf8'),
          });
          for (const wake of this.#waiting.splice(0)) wake();
          callback(null, 'queued as 1A2B');
        });
      },
      ...options,
    });
    this.#server.on('error', () => undefined);
  }

  static async open(options: SMTPServerOptions = {}): Promise<MailServer> {
    const server = new MailServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', () => resolve()));
    return server;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** Resolves once so many mails have come; the test's own timeout is the limit. */
  async until(count: number): Promise<readonly ReceivedMail[]> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.received;
  }

  /** Cuts every connection, as a server that restarts does. */
  cutConnections(): void {
    for (const connection of this.#server.connections) connection.close();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** A refusal with its reply code. */
export const refusal = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

/** A header of a mail, unfolded and decoded; null when it is not there. */
export function headerOf({ source }: ReceivedMail, name: string): string | null {
  const head = source.slice(0, source.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const line = head.split('\r\n').find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  if (line === undefined) return null;
  const decoded = line
    .slice(name.length + 1)
    .trim()
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_whole, how: string, text: string) =>
      Buffer.from(
        how.toLowerCase() === 'b' ? text : fromQuoted(text.replaceAll('_', ' ')),
        how.toLowerCase() === 'b' ? 'base64' : 'latin1',
      ).toString('utf8'),
    );
  return decoded;
}

/** The part of a mail with this type, decoded. */
export function partOf({ source }: ReceivedMail, type: 'text/plain' | 'text/html'): string {
  const boundary = /boundary="([^"]+)"/.exec(source)?.[1] ?? '';
  const part = source.split(`--${boundary}`).find((each) => each.includes(`Content-Type: ${type}`));
  if (part === undefined) throw new Error(`the mail has no ${type}`);
  const [head = '', ...rest] = part.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  const bytes = /quoted-printable/i.test(head) ? Buffer.from(fromQuoted(body), 'latin1') : Buffer.from(body);
  return bytes.toString('utf8').trimEnd();
}

function fromQuoted(text: string): string {
  return text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
