import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/**
 * How mail is sent: through one SMTP server, which the deployment names.
 *
 * starttls  plain at first, then TLS, or nothing: a server that does not offer it is refused. Port 587.
 * tls       TLS from the first byte (SMTPS). Port 465.
 * none      never encrypted: for a relay on the same host. Port 25.
 */
export const SMTP_SECURITIES = ['starttls', 'tls', 'none'] as const;
export type SmtpSecurity = (typeof SMTP_SECURITIES)[number];

export const SMTP_PORTS: Readonly<Record<SmtpSecurity, number>> = { starttls: 587, tls: 465, none: 25 };

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly security: SmtpSecurity;
  /** Null: no login. */
  readonly user: string | null;
  readonly password: string | null;
  /** Who the mails are from. */
  readonly from: string;
  /** PEM of the authorities to trust instead of Node's. */
  readonly tlsCa?: string | undefined;
}

/** All the timeouts of nodemailer lie behind the one deadline of the attempt, so that only that one decides. */
export function connectionOptions(settings: SmtpSettings, deadlineMs: number): SMTPConnection.Options {
  const { host, port, security, tlsCa } = settings;
  const timeoutMs = 2 * deadlineMs;
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2', ...(tlsCa === undefined ? {} : { ca: tlsCa }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketCloseTimeout: 0,
  };
}
