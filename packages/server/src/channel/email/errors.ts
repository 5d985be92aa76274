import type { AttemptOutcome } from '@cloudbell/core/notify/delivery.ts';
import { plainText } from '@cloudbell/core/notify/plain-text.ts';
import type { SmtpSettings } from './config.ts';
import type { MailPhase, Transfer } from './connections.ts';

/**
 * From what SMTP answers, and what goes wrong before it answers, to the outcomes of the ledger: each with one sentence
 * that says what happened and what to do. 4xx is tried again. 5xx for the sender, the recipient or the mail is for good;
 * 5xx before that (greeting, TLS, login) is about the settings and not about the mail, and is tried again.
 */
export interface MailVerdict {
  readonly outcome: AttemptOutcome;
  /** SMTP reply code, null without one. */
  readonly status: number | null;
  /** Null when accepted. */
  readonly error: string | null;
  /** The server's words. */
  readonly answer: string | null;
}

const REPLY_MAX = 500;

export function judgeTransfer(transfer: Transfer, settings: SmtpSettings, deadlineMs: number): MailVerdict {
  const server = `${settings.host}:${settings.port}`;
  switch (transfer.end) {
    case 'accepted': {
      const reply = plainText(transfer.reply, REPLY_MAX);
      return { outcome: 'accepted', status: Number.parseInt(reply, 10) || 250, error: null, answer: reply };
    }
    case 'timeout': {
      const error = `${server} ${PHASE_TEXTS[transfer.phase]} within ${deadlineMs / 1000} s. ${CHECK_SERVER}`;
      return { outcome: 'timeout', status: null, error, answer: null };
    }
    case 'failed':
      return judgeFailure(transfer, settings, server);
    default:
      return transfer satisfies never;
  }
}

const PHASE_TEXTS: Readonly<Record<MailPhase, string>> = {
  connecting: 'did not answer',
  logging_in: 'did not accept the login',
  sending: 'did not accept the mail',
};

const CHECK_SERVER = 'Check --smtp-host, --smtp-port and --smtp-security, and that the mail server runs.';
const CHECK_LOGIN = 'Check CLOUDBELL_SMTP_USER and CLOUDBELL_SMTP_PASSWORD.';

type Failed = Extract<Transfer, { end: 'failed' }>;

function judgeFailure(transfer: Failed, settings: SmtpSettings, server: string): MailVerdict {
  const { error } = transfer;
  const status = error.responseCode || null;
  const answer = error.response === undefined ? null : plainText(error.response, REPLY_MAX);
  const [outcome, text] = replied(transfer, settings, server) ?? unanswered(transfer, server);
  return { outcome, status, error: text, answer };
}

type Judged = readonly [outcome: AttemptOutcome, error: string];

/** What a reply code says, by the command it answers; null without one. */
function replied({ error, phase, reused }: Failed, settings: SmtpSettings, server: string): Judged | null {
  const { responseCode: code, command = '', response = '' } = error;
  // Where TLS could not begin, that is what people must know.
  if (!code || error.code === 'ETLS') return null;
  const said = `(${plainText(response, 200)})`;
  if (code === 421 && reused) return ['stale_socket', `A kept-open connection to ${server} was closed ${said}.`];
  if (code === 530 || code === 534 || code === 535 || code === 538 || phase === 'logging_in') {
    return ['status', `${server} refused the login ${said}. ${CHECK_LOGIN}`];
  }
  if (code < 500) return ['status', `${server} puts mail off for now ${said}. Its log says why, if that goes on.`];
  if (phase === 'connecting') return ['status', `${server} takes no mail from this host ${said}. ${CHECK_SERVER}`];
  if (command === 'MAIL FROM') {
    return ['rejected', `${server} refused the sender ${settings.from} ${said}. Check --smtp-from, then replay.`];
  }
  if (command === 'RCPT TO') {
    return ['rejected', `${server} refused the recipient ${said}. Check the address of the contact.`];
  }
  return ['rejected', `${server} refused the mail ${said}.`];
}

const OUTCOME_BY_CODE: Readonly<Record<string, AttemptOutcome>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNECTION: 'reset', // nodemailer: the other side closed
  ETIMEDOUT: 'timeout',
  EDNS: 'dns',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ETLS: 'tls',
  EPROTOCOL: 'protocol',
  EENVELOPE: 'rejected', // nodemailer will not even ask: not an address
  EMESSAGE: 'rejected', // larger than the server takes
};

function unanswered({ error, reused }: Failed, server: string): Judged {
  const codes = [error.originalCode, error.code].filter((code) => code !== undefined);
  const isTls = codes.some((code) => /^(ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code));
  const listed = codes.map((code) => OUTCOME_BY_CODE[code]).find((outcome) => outcome !== undefined);
  const outcome = isTls ? 'tls' : (listed ?? 'unreachable');
  if (outcome === 'reset' && reused) return ['stale_socket', `A kept-open connection to ${server} was closed.`];
  return [outcome, sentence(outcome, server, plainText(error.message, 200))];
}

function sentence(outcome: AttemptOutcome, server: string, detail: string): string {
  switch (outcome) {
    case 'refused':
      return `${server} refused the connection. ${CHECK_SERVER}`;
    case 'reset':
      return `${server} closed the connection. ${CHECK_SERVER}`;
    case 'dns':
      return `The name of ${server} does not resolve. Check --smtp-host.`;
    case 'tls':
      return `TLS with ${server} failed (${detail}). Check --smtp-security, and --smtp-ca for an authority of your own.`;
    case 'protocol':
      return `${server} did not answer in SMTP (${detail}). ${CHECK_SERVER}`;
    case 'rejected':
      return `The mail cannot be sent (${detail}). Check the address of the contact and --smtp-from.`;
    default:
      return `${server} cannot be reached (${detail}). ${CHECK_SERVER}`;
  }
}
