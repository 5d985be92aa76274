import {
  countsText,
  type Notice,
  summaryOf,
  TEST_SENTENCE,
  type Tone,
  toneOfAll,
} from '@cloudbell/core/notify/notice.ts';
import { plainText } from '@cloudbell/core/notify/plain-text.ts';

/**
 * A robot's message: markdown of the few forms that DingTalk shows. One notice is told in full; of several each has an
 * entry, shortened as far as needed for all of them to find room, for a robot refuses what is larger. Pure.
 */
export interface RobotMessage {
  readonly msgtype: 'markdown';
  readonly markdown: { readonly title: string; readonly text: string };
}

export interface RobotContext {
  /** `https://cloudbell.example.com`, without a slash at its end. */
  readonly publicUrl: string;
  readonly formatTime: (ms: number) => string;
}

/** The robot takes 20,000 bytes; a little is left for what a proxy or a later field may add. */
const MESSAGE_BYTES_MAX = 19_000;
const TITLE_MAX = 120;
/** What an entry may be shortened to and still say something. */
const SUMMARY_MAX = 300;
const SUMMARY_MIN = 40;

export function renderRobotMessage(notices: readonly Notice[], context: RobotContext): RobotMessage {
  const [only] = notices;
  if (only !== undefined && notices.length === 1) return single(only, context);
  for (let summaryMax = SUMMARY_MAX; ; summaryMax = Math.floor(summaryMax / 2)) {
    const message = merged(notices, context, summaryMax);
    if (summaryMax < SUMMARY_MIN || byteLength(message) <= MESSAGE_BYTES_MAX) return message;
  }
}

function single({ tone, word, title, facts, path, isTest }: Notice, { publicUrl }: RobotContext): RobotMessage {
  const lines = facts.map(({ name, text }) => `- ${name}: ${escapeMarkdown(text)}`);
  const mark = isTest ? '[TEST] ' : '';
  return message(plainText(`${mark}[${word}] ${title}`, TITLE_MAX), [
    ...(isTest ? [`**${TEST_SENTENCE}**`] : []),
    `### ${coloured(tone, word)} ${escapeMarkdown(title)}`,
    lines.join('\n'),
    `[Open in Cloudbell](${publicUrl}${path})`,
  ]);
}

function merged(notices: readonly Notice[], { publicUrl, formatTime }: RobotContext, summaryMax: number): RobotMessage {
  const heading = `${notices.length} notifications: ${countsText(notices)}`;
  const entries = notices.map((notice) => {
    const { tone, word, title, path, timestamp } = notice;
    const shown = escapeMarkdown(plainText(title, Math.min(summaryMax, 80)));
    const detail = escapeMarkdown(plainText(summaryOf(notice), summaryMax));
    return `- ${coloured(tone, word)} [${shown}](${publicUrl}${path}): ${detail}, ${formatTime(timestamp)}`;
  });
  return message(plainText(`[Cloudbell] ${heading}`, TITLE_MAX), [
    `### ${coloured(toneOfAll(notices), heading)}`,
    entries.join('\n'),
    `[Open Cloudbell](${publicUrl}/alerts)`,
  ]);
}

/** The name at the end is what a robot with a keyword is told to look for. */
function message(title: string, paragraphs: readonly string[]): RobotMessage {
  return { msgtype: 'markdown', markdown: { title, text: [...paragraphs, 'Cloudbell'].join('\n\n') } };
}

const COLOURS: Readonly<Record<Tone, string>> = {
  critical: '#b3261e',
  warn: '#a04a00',
  info: '#1a5fb4',
  missing: '#5c6670',
  ok: '#1e7034',
};

const coloured = (tone: Tone, text: string): string => `<font color="${COLOURS[tone]}">${text}</font>`;

/** What would begin a link, an image, emphasis, code or a tag. An underscore is left: names are full of them. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*[\]<]/g, (character) => (character === '<' ? '&lt;' : `\\${character}`));
}

const byteLength = (of: RobotMessage): number => new TextEncoder().encode(JSON.stringify(of)).length;
