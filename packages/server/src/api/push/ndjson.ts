import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { CloudbellError } from '../../base/errors.ts';
import { parseLenientJson } from '../lenient-json.ts';

/** One line may not be longer than this. */
const LINE_LENGTH_MAX = 1024 * 1024;

/** A line of the stream: what it holds, or why it cannot be read. */
export type NdjsonLine = { readonly value: unknown } | { readonly error: CloudbellError };

/**
 * Lines of JSON in groups of at most `linesMax`, as they come: the next are read when the last were dealt with, so a
 * stream of any length takes the memory of one group. Empty lines are passed over.
 */
export async function* ndjsonGroups(source: Readable, linesMax: number): AsyncGenerator<readonly NdjsonLine[]> {
  const decoder = new StringDecoder('utf8');
  let group: NdjsonLine[] = [];
  let rest = '';
  for await (const chunk of source) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_LENGTH_MAX) throw tooLong();
    for (const line of lines) {
      if (line.trim() === '') continue;
      group.push(parsed(line));
      if (group.length < linesMax) continue;
      yield group;
      group = [];
    }
    // What came in one piece is dealt with before more is waited for: a slow stream is not held back.
    if (group.length > 0) {
      yield group;
      group = [];
    }
  }
  rest += decoder.end();
  if (rest.trim() !== '') yield [parsed(rest)];
}

function parsed(line: string): NdjsonLine {
  try {
    return { value: parseLenientJson(line) };
  } catch (thrown) {
    if (thrown instanceof CloudbellError) return { error: thrown };
    throw thrown;
  }
}

const tooLong = (): CloudbellError =>
  new CloudbellError('body_malformed', {
    message: `A line is longer than ${LINE_LENGTH_MAX} characters.`,
    hint: 'End each sample with a newline.',
  });
