import {
  countsText,
  type Notice,
  summaryOf,
  TEST_SENTENCE,
  type Tone,
  toneOfAll,
} from '@cloudbell/core/notify/notice.ts';
import { plainText } from '@cloudbell/core/notify/plain-text.ts';
import { alertHtml, digestHtml } from './html.ts';

/** What a mail says: as text, and the same as HTML. Pure. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailContext {
  /** `https://cloudbell.example.com`, without a slash at its end. */
  readonly publicUrl: string;
  readonly formatTime: (ms: number) => string;
}

const SUBJECT_MAX = 180;
const RULE = '-'.repeat(64);

/** One notice is a mail of its own; several are a digest, in the order given. */
export function renderMail(notices: readonly Notice[], context: MailContext): Mail {
  const [only] = notices;
  return only !== undefined && notices.length === 1 ? single(only, context) : digest(notices, context);
}

function single(notice: Notice, { publicUrl }: MailContext): Mail {
  const { word, title, facts, path, isTest } = notice;
  const width = Math.max(...facts.map(({ name }) => name.length));
  const lines = facts.map(({ name, text }) => `${`${name}:`.padEnd(width + 2)}${text}`);
  return {
    subject: plainText(`${isTest ? '[TEST] ' : ''}[${word}] ${title}: ${summaryOf(notice)}`, SUBJECT_MAX),
    text: [
      ...(isTest ? [TEST_SENTENCE, ''] : []),
      `${word}  ${title}`,
      '',
      ...lines,
      '',
      `${publicUrl}${path}`,
      '',
      footer(publicUrl),
    ].join('\n'),
    html: alertHtml(notice, publicUrl),
  };
}

function digest(notices: readonly Notice[], { publicUrl, formatTime }: MailContext): Mail {
  const counts = countsText(notices);
  const heading = `${notices.length} notifications: ${counts}`;
  const entries = notices.flatMap((notice) => [
    `${notice.word}  ${notice.title}`,
    summaryOf(notice),
    formatTime(notice.timestamp),
    `${publicUrl}${notice.path}`,
    '',
  ]);
  return {
    subject: plainText(`[${toneWord(toneOfAll(notices))}] ${heading}`, SUBJECT_MAX),
    text: [heading, RULE, '', ...entries, RULE, footer(publicUrl)].join('\n'),
    html: digestHtml(notices, { heading, publicUrl, formatTime }),
  };
}

const TONE_WORDS: Readonly<Record<Tone, string>> = {
  critical: 'CRITICAL',
  warn: 'WARN',
  info: 'INFO',
  missing: 'NO DATA',
  ok: 'OK',
};

const toneWord = (tone: Tone): string => TONE_WORDS[tone];
const footer = (publicUrl: string): string => `Sent by Cloudbell, ${publicUrl}`;
