/** What a start tells the person who typed it. Pure; one fact a line, aligned. */
export interface StartedFacts {
  readonly version: string;
  /** `http://127.0.0.1:8190`. */
  readonly url: string;
  readonly signInUrl: string;
  /** Only at the start that made it; null afterwards and when the environment gave the password. */
  readonly newUser: { readonly name: string; readonly password: string } | null;
  /** Likewise. */
  readonly newAccessKey: { readonly id: string; readonly secret: string } | null;
  readonly dataPath: string;
  /** `every 15 s as host-web-01`, or null when off. */
  readonly collecting: string | null;
  /** Things a person should know before going on: plain HTTP beyond loopback, a restored store, … */
  readonly warnings: readonly string[];
  /** Paragraphs that a command adds, before the last line. */
  readonly more?: readonly string[] | undefined;
}

export const STOPPED = 'Stopped; nothing is lost.\n';

export function banner(facts: StartedFacts): string {
  const rows: [string, string][] = [['Console', `${facts.signInUrl}   (signs you in, once)`]];
  if (facts.newUser !== null) {
    rows.push(
      ['User', `${facts.newUser.name}   (the password is shown this once)`],
      ['Password', facts.newUser.password],
    );
  }
  if (facts.newAccessKey !== null) {
    rows.push(
      ['Access key', `${facts.newAccessKey.id}   (shown this once: keep both)`],
      ['Secret', facts.newAccessKey.secret],
    );
  }
  rows.push(['Data', facts.dataPath]);
  rows.push([
    'Collecting',
    facts.collecting === null
      ? 'nothing (--collect off)'
      : `CPU, memory, disk, load, network, processes of this host, ${facts.collecting}`,
  ]);
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `Cloudbell ${facts.version} at ${facts.url}`,
    '',
    ...rows.map(([name, text]) => `  ${name.padEnd(width)}   ${text}`),
    ...facts.warnings.map((warning) => `\n  WARNING: ${warning}`),
    '',
    ...(facts.more ?? []).flatMap((paragraph) => [paragraph, '']),
    'Ctrl-C stops it; nothing is lost.',
    '',
  ].join('\n');
}
