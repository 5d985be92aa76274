import type { Tone } from '@cloudbell/core/notify/notice.ts';

/** The colours of mails, by day and by night. html.test.ts holds every text to 4.5 : 1 on what is behind it. */
export interface Colours {
  readonly paper: string;
  readonly card: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly button: string;
  readonly buttonInk: string;
  readonly badgeInk: string;
  readonly tones: Readonly<Record<Tone, string>>;
}

export const LIGHT: Colours = {
  paper: '#f2f4f5',
  card: '#ffffff',
  ink: '#1c2227',
  quiet: '#5c6670',
  line: '#e3e7ea',
  button: '#1c2227',
  buttonInk: '#ffffff',
  badgeInk: '#ffffff',
  tones: { critical: '#b3261e', warn: '#a04a00', info: '#1a5fb4', missing: '#5c6670', ok: '#1e7034' },
};

export const DARK: Colours = {
  paper: '#15181a',
  card: '#1d2123',
  ink: '#e6e4de',
  quiet: '#a0a8ad',
  line: '#31373a',
  button: '#e6e4de',
  buttonInk: '#15181a',
  badgeInk: '#15181a',
  tones: { critical: '#ff9d93', warn: '#f0bd6c', info: '#9cc2f5', missing: '#a0a8ad', ok: '#94d3a4' },
};

/**
 * For programs that show mails dark and read style sheets; the others keep the day's colours, which stand at the elements.
 * Hence `!important`.
 */
export function darkStyles({ paper, card, ink, quiet, line, button, buttonInk, badgeInk, tones }: Colours): string {
  const rule = (name: string, style: string): string => `.${name}{${style.replaceAll(';', '!important;')}}`;
  return [
    '@media (prefers-color-scheme: dark){',
    rule('paper', `background:${paper};color:${ink};`),
    rule('card', `background:${card};`),
    rule('ink', `color:${ink};`),
    rule('quiet', `color:${quiet};`),
    rule('line', `border-color:${line};`),
    rule('note', `background:${paper};border-color:${line};color:${ink};`),
    rule('button', `background:${button};color:${buttonInk};`),
    ...Object.entries(tones).map(([tone, colour]) => rule(tone, `background:${colour};color:${badgeInk};`)),
    '}',
  ].join('');
}
