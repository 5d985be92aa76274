import {
  environmentName,
  OPTION_KEYS,
  OPTION_SECTIONS,
  type OptionRow,
  type OptionSection,
  rowOf,
} from './options-table.ts';

type Row = OptionRow<unknown, string | null>;

const rowsOf = (section: OptionSection): Row[] => OPTION_KEYS.map(rowOf).filter((row) => row.section === section);
const defaultOf = (row: Row): string | null => row.defaultText ?? row.default;

/** The options part of `cloudbell --help`: one aligned table, wrapped at 100 columns. */
export function optionsHelp(): string {
  const leftOf = (row: Row): string =>
    row.secret ? environmentName(row.name) : `--${row.name} ${short(row.type.placeholder)}`;
  const width = Math.max(...OPTION_KEYS.map((key) => leftOf(rowOf(key)).length));
  const lines: string[] = [];
  for (const section of OPTION_SECTIONS) {
    lines.push('', `${section}:`);
    for (const row of rowsOf(section)) {
      const fallback = defaultOf(row);
      const said = fallback === null ? row.help : `${row.help} [${fallback}]`;
      const choices =
        short(row.type.placeholder) === row.type.placeholder
          ? ''
          : ` One of ${row.type.placeholder.replaceAll('|', ', ')}.`;
      const [first = '', ...more] = wrap(said + choices, 96 - width);
      lines.push(`  ${leftOf(row).padEnd(width)}  ${first}`, ...more.map((line) => `${' '.repeat(width + 4)}${line}`));
    }
  }
  return lines.slice(1).join('\n');
}

/** Long lists of choices go into the text. */
const short = (placeholder: string): string => (placeholder.length > 24 ? 'WORD' : placeholder);

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** docs/options.md, whole; a test keeps the file equal to it. */
export function optionsDocument(): string {
  const parts = [
    `# Options

<!-- Made from packages/server/src/app/options-table.ts by \`npm run cloudbell -- help --markdown > docs/options.md\`; a test keeps both equal. -->

Each option can be given in three ways. The first that gives it wins:

1. a flag: \`--collect-every 10s\` or \`--collect-every=10s\`;
2. an environment variable: \`CLOUDBELL_COLLECT_EVERY=10s\` (an empty one counts as not set);
3. a line \`collect-every: 10s\` in the file that \`--config FILE\` (or \`CLOUDBELL_CONFIG\`) names, else in \`cloudbell.yaml\` of the
   folder Cloudbell is started in, if there is one.

An unknown or malformed option, in any of the three, ends the start with one line that names it and exit code 2.
Secrets are not taken as flags, because everybody on a host can read those.
Sizes are written \`65536\`, \`64KiB\`, \`16MiB\`; durations \`500ms\`, \`15s\`, \`10m\`, \`1h30m\`, \`7d\`; switches \`on\` and \`off\`.
Paths are relative to the folder Cloudbell is started in.`,
  ];
  for (const section of OPTION_SECTIONS) {
    const rows = rowsOf(section).map((row) => {
      const fallback = defaultOf(row);
      const shown = fallback === null ? '–' : row.defaultText === undefined ? `\`${fallback}\`` : fallback;
      const flag = row.secret ? '–' : `\`--${row.name}\``;
      const values = row.type.placeholder.includes('|')
        ? ` One of \`${row.type.placeholder.replaceAll('|', '`, `')}\`.`
        : '';
      return [flag, `\`${environmentName(row.name)}\``, `\`${row.name}\``, shown, `${row.help}${values}`];
    });
    parts.push(`## ${section}\n\n${markdownTable([['flag', 'environment', 'file', 'default', ''], ...rows])}`);
  }
  return `${parts.join('\n\n')}\n`;
}

/** Padded, as the formatter wants tables; the first row is the head. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, at) => Math.max(3, ...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
