import { readMessageBody, writeMessageBody } from '@cloudbell/core/notify/message-body.ts';
import { noticeOf } from '@cloudbell/core/notify/notice.ts';
import { expect, test } from 'vitest';
import { formatUtc, messageOf, PUBLIC_URL } from '../message-fixtures.contract.ts';
import { DARK, LIGHT } from './colours.ts';
import { alertHtml, digestHtml } from './html.ts';

// Goal: a mail is legible by day and by night: where a program shows mails dark, ours is dark of its own accord, and no pair of
// colours is below 4.5 : 1 (WCAG 2.2, AA).

const notice = noticeOf(readMessageBody(writeMessageBody({ ...messageOf(), isTest: true })), formatUtc);
const html = [
  alertHtml(notice, PUBLIC_URL),
  digestHtml([notice, notice], { heading: '2 notifications: 2 WARN', publicUrl: PUBLIC_URL, formatTime: formatUtc }),
];

function luminance(colour: string): number {
  const channel = (at: number): number => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test.each([
  ['by day', LIGHT],
  ['by night', DARK],
])('%s, every text stands out from what is behind it', (_, colours) => {
  const { paper, card, ink, quiet, button, buttonInk, badgeInk, tones } = colours;
  const pairs = [
    ...[card, paper].flatMap((ground) => [ink, quiet].map((text) => [text, ground])),
    [buttonInk, button],
    ...Object.values(tones).map((tone) => [badgeInk, tone]),
  ] as [string, string][];
  for (const [text, ground] of pairs) {
    expect({ text, ground, enough: contrast(text, ground) >= 4.5 }).toEqual({ text, ground, enough: true });
  }
});

test.each(html)('a program that shows mails dark is told how; each colour of the day has one of the night', (mail) => {
  expect(mail).toContain('<meta name="color-scheme" content="light dark">');
  expect(mail).toContain('@media (prefers-color-scheme: dark)');
  // An element that sets a colour inline, and has no class, would keep it in the dark.
  const [, body = ''] = mail.split('<body');
  const unnamed = `<body${body}`.match(
    /<[a-z0-9]+(?=[^>]*style="[^"]*(?:color|background|border(?:-top)?):)(?![^>]*class=)[^>]*>/g,
  );
  expect(unnamed).toBe(null);
});
