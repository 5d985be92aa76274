/** Texts for terminals: colours, the columns they take, and nothing that could move somebody's cursor. */
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;

export type Colour = keyof typeof CODES;
export type Paint = (colour: Colour, text: string) => string;

/** Leaves texts as they are where nobody looks. */
export const painter =
  (isOn: boolean): Paint =>
  (colour, text) =>
    isOn && text !== '' ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;

/** Of a level or alert state: what is worst stands out most. */
export function colourOfLevel(level: string): Colour {
  if (level === 'CRITICAL') return 'red';
  if (level === 'WARN' || level === 'INSUFFICIENT_DATA') return 'yellow';
  return level === 'OK' ? 'green' : 'blue';
}

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Control and format characters (bidirectional ones too) as escapes. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point < 0x100 ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`;
  });
}

/** Columns a terminal uses: two for East Asian wide characters and emoji, near enough. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
