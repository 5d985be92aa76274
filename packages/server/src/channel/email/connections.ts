import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Clock } from '../../base/clock.ts';
import { connectionOptions, type SmtpSettings } from './config.ts';

/**
 * One mail over SMTP within one deadline, over connections that are kept open for a while: connecting, TLS and login cost
 * several round trips, and servers limit how often they let anybody do that.
 *
 * A connection is  opening → in use ⇄ idle → gone.  It goes back to idle only after a mail that was accepted; whatever
 * else happened, its state is not worth finding out. Idle ones are closed after a few seconds, or by the server.
 *
 * nodemailer's own pool is not used: it queues mails, and a mail that hangs in it cannot be given up alone.
 */
export interface MailEnvelope {
  readonly from: string;
  readonly to: string;
}

/** How far it got: what the deadline's sentence tells people. */
export type MailPhase = 'connecting' | 'logging_in' | 'sending';

export type Transfer =
  /** The server's last words: `250 2.0.0 Ok: queued as 1A2B`. */
  | { readonly end: 'accepted'; readonly reply: string }
  | { readonly end: 'timeout'; readonly phase: MailPhase }
  | {
      readonly end: 'failed';
      readonly phase: MailPhase;
      readonly error: SmtpError;
      /** A kept-open connection was used; the server may have closed it just then. */
      readonly reused: boolean;
    };

/** What nodemailer tells about a failure beside its message. */
export interface SmtpError extends Error {
  readonly code?: string | undefined;
  /** Of the system or of TLS, where nodemailer put its own in its place. */
  readonly originalCode?: string | undefined;
  readonly command?: string | undefined;
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
}

export interface ConnectionsOptions {
  readonly settings: SmtpSettings;
  readonly clock: Clock;
  readonly deadlineMs: number;
}

const IDLE_MS = 10_000;
const IDLE_MAX = 4;

export class SmtpConnections {
  readonly #options: ConnectionsOptions;
  readonly #idle = new Map<SMTPConnection, () => void>();
  #closed = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  transfer(envelope: MailEnvelope, message: Buffer): Promise<Transfer> {
    const { clock, deadlineMs } = this.#options;
    const kept = this.#takeIdle();
    const connection = kept ?? this.#open();
    let phase: MailPhase = kept === null ? 'connecting' : 'sending';
    return new Promise((resolve) => {
      let settled = false;
      const settle = (transfer: Transfer): void => {
        if (settled) return;
        settled = true;
        cancel();
        connection.off('error', onError);
        if (transfer.end === 'accepted') this.#giveBack(connection);
        else discard(connection);
        resolve(transfer);
      };
      const fail = (error: SmtpError): void => settle({ end: 'failed', phase, error, reused: kept !== null });
      const onError = (error: Error): void => fail(error);
      const cancel = clock.after(deadlineMs, () => settle({ end: 'timeout', phase }));
      connection.on('error', onError);
      const steps = async (): Promise<string> => {
        if (kept === null) {
          await connect(connection);
          phase = 'logging_in';
          await this.#logIn(connection);
          phase = 'sending';
        }
        return deliver(connection, envelope, message);
      };
      steps().then((reply) => settle({ end: 'accepted', reply }), fail);
    });
  }

  close(): void {
    this.#closed = true;
    for (const [connection, forget] of [...this.#idle]) {
      forget();
      connection.quit();
    }
  }

  #open(): SMTPConnection {
    const { settings, deadlineMs } = this.#options;
    return new SMTPConnection(connectionOptions(settings, deadlineMs));
  }

  #logIn(connection: SMTPConnection): Promise<void> {
    const { user, password } = this.#options.settings;
    if (user === null) return Promise.resolve();
    return new Promise((resolve, reject) => {
      connection.login({ user, pass: password ?? '' }, (error) => (error ? reject(error) : resolve()));
    });
  }

  #takeIdle(): SMTPConnection | null {
    const [connection, forget] = [...this.#idle].at(-1) ?? [];
    forget?.();
    return connection ?? null;
  }

  #giveBack(connection: SMTPConnection): void {
    if (this.#closed || this.#idle.size >= IDLE_MAX) {
      ignoreErrors(connection);
      connection.quit();
      return;
    }
    const forget = (): void => {
      cancel();
      connection.off('error', onEnd);
      connection.off('end', onEnd);
      this.#idle.delete(connection);
    };
    const onEnd = (): void => {
      forget();
      discard(connection);
    };
    const cancel = this.#options.clock.after(IDLE_MS, () => {
      forget();
      ignoreErrors(connection);
      connection.quit();
    });
    connection.on('error', onEnd);
    connection.on('end', onEnd);
    this.#idle.set(connection, forget);
  }
}

function connect(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
}

function deliver(connection: SMTPConnection, { from, to }: MailEnvelope, message: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    connection.send({ from, to: [to], size: message.length }, message, (error, info) => {
      if (error) reject(error);
      else resolve(info?.response ?? '');
    });
  });
}

function discard(connection: SMTPConnection): void {
  ignoreErrors(connection);
  connection.close();
}

/** An `error` event without a listener would end the process. */
function ignoreErrors(connection: SMTPConnection): void {
  connection.on('error', () => undefined);
}
