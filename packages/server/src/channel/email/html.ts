import { type Notice, TEST_SENTENCE, type Tone, toneOfAll } from '@cloudbell/core/notify/notice.ts';
import { DARK, darkStyles, LIGHT } from './colours.ts';

/**
 * The HTML of mails: tables and inline styles, because mail programs know little else; no images, nothing fetched, no
 * script. Legible from 320 px on,
 * by day and by night. Every text is escaped, and stands in a <bdi> so that it cannot turn its surroundings.
 */
export function alertHtml(notice: Notice, publicUrl: string): string {
  const rows = notice.facts.map(
    ({ name, text }) =>
      `<tr><td class="quiet" style="${CELL}color:${LIGHT.quiet};white-space:nowrap;padding-right:16px">${escapeHtml(name)}</td>` +
      `<td class="ink" style="${CELL}color:${LIGHT.ink};word-break:break-word;overflow-wrap:anywhere">${isolated(text)}</td></tr>`,
  );
  const link = escapeHtml(`${publicUrl}${notice.path}`);
  return page(notice.tone, `${notice.word} ${notice.title}`, [
    ...(notice.isTest ? [`<p class="note" style="${TEST}">${TEST_SENTENCE}</p>`] : []),
    `<div>${badge(notice)}</div>`,
    `<h1 class="ink" style="${HEADING}">${isolated(notice.title)}</h1>`,
    `<p class="ink" style="margin:0 0 20px;font-size:16px;color:${LIGHT.ink};overflow-wrap:anywhere">${summary(notice)}</p>`,
    `<table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse">${rows.join('')}</table>`,
    `<p style="margin:24px 0 0"><a class="button" href="${link}" style="${BUTTON}">Open in Cloudbell</a></p>`,
    footer(publicUrl),
  ]);
}

export interface DigestContext {
  readonly heading: string;
  readonly publicUrl: string;
  readonly formatTime: (ms: number) => string;
}

export function digestHtml(notices: readonly Notice[], { heading, publicUrl, formatTime }: DigestContext): string {
  const rows = notices.map((notice) => {
    const link = escapeHtml(`${publicUrl}${notice.path}`);
    return (
      `<tr><td class="line" style="padding:12px 0;border-top:1px solid ${LIGHT.line};overflow-wrap:anywhere">` +
      `${badge(notice)} <a class="ink" href="${link}" style="color:${LIGHT.ink};font-weight:600">${isolated(notice.title)}</a>` +
      `<br>${summary(notice)}` +
      `<br><span class="quiet" style="color:${LIGHT.quiet};font-size:13px">${escapeHtml(formatTime(notice.timestamp))}</span></td></tr>`
    );
  });
  return page(toneOfAll(notices), heading, [
    `<h1 class="ink" style="${HEADING};margin:0 0 14px">${unbroken(escapeHtml(heading))}</h1>`,
    `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;table-layout:fixed">${rows.join('')}</table>`,
    footer(publicUrl),
  ]);
}

const CELL = 'padding:5px 0;vertical-align:top;font-size:14px;line-height:1.45;';
const HEADING = `margin:12px 0 6px;font-size:20px;line-height:1.3;font-weight:600;overflow-wrap:anywhere;color:${LIGHT.ink}`;
const BUTTON =
  `display:inline-block;padding:10px 18px;border-radius:6px;background:${LIGHT.button};color:${LIGHT.buttonInk};` +
  'font-size:14px;font-weight:600;text-decoration:none';

const TEST =
  `margin:0 0 16px;padding:8px 12px;border:1px solid ${LIGHT.line};border-radius:6px;background:${LIGHT.paper};color:${LIGHT.ink};` +
  'font-size:14px;font-weight:600';

function badge({ tone, word }: Pick<Notice, 'tone' | 'word'>): string {
  return (
    `<span class="${tone}" style="display:inline-block;padding:2px 9px;border-radius:4px;background:${LIGHT.tones[tone]};color:${LIGHT.badgeInk};` +
    `font-size:12px;line-height:1.5;font-weight:700;letter-spacing:.04em;white-space:nowrap">${escapeHtml(word)}</span>`
  );
}

function page(tone: Tone, title: string, parts: readonly string[]): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">',
    `<style>:root{color-scheme:light dark}${darkStyles(DARK)}</style>`,
    `<title>${escapeHtml(title)}</title></head>`,
    `<body class="paper" style="margin:0;padding:0;background:${LIGHT.paper};color:${LIGHT.ink};`,
    "font:14px/1.5 -apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans',sans-serif\">",
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>',
    '<td align="center" style="padding:20px 10px">',
    '<table class="card" role="presentation" width="100%" cellpadding="0" cellspacing="0" ',
    `style="max-width:600px;table-layout:fixed;background:${LIGHT.card};border-radius:8px;text-align:left">`,
    `<tr><td class="${tone}" style="height:4px;line-height:4px;font-size:0;background:${LIGHT.tones[tone]};border-radius:8px 8px 0 0">&nbsp;</td></tr>`,
    `<tr><td style="padding:22px 22px 20px">${parts.join('\n')}</td></tr>`,
    '</table></td></tr></table></body></html>',
  ].join('');
}

function footer(publicUrl: string): string {
  return (
    `<p class="quiet line" style="margin:26px 0 0;padding-top:12px;border-top:1px solid ${LIGHT.line};color:${LIGHT.quiet};font-size:12px">` +
    `Sent by <a class="quiet" href="${escapeHtml(publicUrl)}" style="color:${LIGHT.quiet}">Cloudbell</a></p>`
  );
}

/** The place apart from the value: one that is written from right to left keeps to itself. */
const summary = ({ where, detail }: Notice): string => `${isolated(where)}: ${isolated(detail)}`;
/** `2 CRITICAL` stays on one line. */
const unbroken = (html: string): string => html.replace(/(\d) (?=[A-Z])/g, '$1&nbsp;');
const isolated = (text: string): string => `<bdi>${escapeHtml(text)}</bdi>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
