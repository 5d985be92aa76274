import type { AttemptResult, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { readMessageBody } from '@cloudbell/core/notify/message-body.ts';
import { noticeOf } from '@cloudbell/core/notify/notice.ts';
import { RETRY_TABLES } from '@cloudbell/core/notify/retry.ts';
import { type SentMessage, TEST_HEADER } from '@cloudbell/core/notify/test-send.ts';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Clock } from '../../base/clock.ts';
import type { Channel, Rehearsal } from '../../ports/channel.ts';
import type { SmtpSettings } from './config.ts';
import { SmtpConnections, type Transfer } from './connections.ts';
import { judgeTransfer, type MailVerdict } from './errors.ts';
import { type MailContext, renderMail } from './message.ts';

/**
 * Sends mails: the notifications of one attempt as one mail, alone or as a digest. Without an SMTP server an attempt ends
 * `not_configured`, so that what was made before there was one still goes out when there is.
 */
export interface EmailChannelOptions extends MailContext {
  readonly clock: Clock;
  readonly smtp: SmtpSettings | null;
  /** From the start of an attempt to the server's last word, ms. */
  readonly deadlineMs?: number | undefined;
}

/** More than so many at once go in the next digest. */
export const MAIL_DELIVERIES_MAX = 1000;

const NOT_CONFIGURED: MailVerdict = {
  outcome: 'not_configured',
  status: null,
  error: 'No SMTP server is configured. Start Cloudbell with --smtp-host and --smtp-from; the mail is then sent.',
  answer: null,
};

/** A test does not wait. */
const NOT_TESTED: MailVerdict = {
  ...NOT_CONFIGURED,
  error: 'No SMTP server is configured. Start Cloudbell with --smtp-host and --smtp-from.',
};

export function createEmailChannel(options: EmailChannelOptions): Channel {
  const { clock, smtp, deadlineMs = RETRY_TABLES.email.attemptDeadlineMs } = options;
  const connections = smtp === null ? null : new SmtpConnections({ settings: smtp, clock, deadlineMs });

  async function judged(deliveries: readonly ClaimedDelivery[], rehearsal?: Rehearsal): Promise<MailVerdict> {
    const [head] = deliveries;
    if (head === undefined) throw new Error('an attempt without a delivery');
    if (smtp === null || connections === null) return rehearsal === undefined ? NOT_CONFIGURED : NOT_TESTED;
    const message = await composed(deliveries, head, { ...options, smtp, isTest: rehearsal !== undefined });
    const transfer = await connections.transfer({ from: smtp.from, to: head.endpoint }, message);
    if (isMailWritten(transfer)) rehearsal?.onSent(sentMail(message));
    return withoutPassword(judgeTransfer(transfer, smtp, deadlineMs), smtp.password);
  }

  return {
    name: 'email',
    merge: { max: MAIL_DELIVERIES_MAX },
    send: async (deliveries, rehearsal): Promise<AttemptResult> => {
      const startedAt = clock.wallMs();
      const startedMono = clock.monoMs();
      const verdict = await judged(deliveries, rehearsal);
      return { ...verdict, startedAt, durationMs: clock.monoMs() - startedMono, retryAfterMs: null };
    },
    close: async () => connections?.close(),
  };
}

/**
 * The bytes of the mail. Its Message-ID is that of the first delivery, so a mail that is sent again after a crash is
 * recognised; mails about one alert refer to a common one, so programs show them as one conversation.
 */
function composed(
  deliveries: readonly ClaimedDelivery[],
  head: ClaimedDelivery,
  options: EmailChannelOptions & { readonly smtp: SmtpSettings; readonly isTest: boolean },
): Promise<Buffer> {
  const { smtp, clock, formatTime, isTest } = options;
  const notices = deliveries.map(({ body }) => noticeOf(readMessageBody(body), formatTime));
  const domain = smtp.from.slice(smtp.from.lastIndexOf('@') + 1);
  const isDigest = deliveries.length > 1;
  const id = isDigest ? `${head.deliveryId}.${deliveries.length}` : head.deliveryId;
  const mail = new MailComposer({
    ...renderMail(notices, options),
    from: { name: 'Cloudbell', address: smtp.from },
    to: { name: '', address: head.endpoint },
    messageId: `<${id}@${domain}>`,
    ...(isDigest || isTest ? {} : { references: `<alert-${head.alertId}@${domain}>` }),
    date: new Date(clock.wallMs()),
    // As SMTP sends it anyway: so the bytes here are the bytes there.
    newline: 'windows',
    headers: {
      // Nobody's absence note is wanted (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(isTest ? { [TEST_HEADER]: 'true' } : { 'X-Cloudbell-Attempt': String(head.attemptId) }),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
}

/** Whether the server was given the mail, and not only its envelope. */
const isMailWritten = (transfer: Transfer): boolean =>
  transfer.end === 'accepted' || (transfer.end === 'failed' && transfer.error.command === 'DATA');

/** There is no secret in a mail: the login comes before it. */
function sentMail(message: Buffer): SentMessage {
  const text = message.toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  return { head: text.slice(0, end), body: text.slice(end + 4), bytes: message.length };
}

/** Some servers repeat what they were told. */
function withoutPassword(verdict: MailVerdict, password: string | null): MailVerdict {
  if (password === null || password.length < 4) return verdict;
  const clean = (text: string | null): string | null => text?.replaceAll(password, '***') ?? null;
  return { ...verdict, error: clean(verdict.error), answer: clean(verdict.answer) };
}
