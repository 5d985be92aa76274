import { readUtf8 } from './label-bytes.ts';
import type { SampleRows } from './sample-rows.ts';
import type { TextCursor } from './text-cursor.ts';

const METRICS_MAX = 20_000;

interface Described {
  type: string;
  unit: string;
  help: string;
}

/** What the comments of a text say of its metrics. */
export class TextMetadata {
  readonly #metrics = new Map<string, Described>();

  /** Reads the comment that the cursor stands at, to the end of its line; true for `# EOF`. */
  readComment(cursor: TextCursor): boolean {
    const { bytes, end } = cursor;
    const start = cursor.at;
    while (cursor.at < end && bytes[cursor.at] !== 0x0a) cursor.at += 1;
    // Comments that are none of these are comments.
    if (bytes[start + 1] !== 0x20 || cursor.at - start > 16_384) return false;
    const text = (readUtf8(bytes, start, cursor.at) ?? '').trimEnd();
    if (text === '# EOF') return true;
    const [, kind, metricName = '', rest = ''] = /^# (HELP|TYPE|UNIT)[ \t]+(\S+)[ \t]?(.*)$/s.exec(text) ?? [];
    if (kind === undefined) return false;
    const metric = this.#of(metricName);
    if (metric === null) return false;
    if (kind === 'TYPE') metric.type = rest.trim() === 'untyped' ? 'unknown' : rest.trim();
    else if (kind === 'UNIT') metric.unit = rest.trim();
    else metric.help = rest.replaceAll(/\\([\\n"])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
    return false;
  }

  tell(rows: SampleRows): void {
    for (const [metricName, described] of this.#metrics) rows.describe({ metricName, ...described });
  }

  #of(metricName: string): Described | null {
    let metric = this.#metrics.get(metricName);
    if (metric === undefined) {
      if (this.#metrics.size >= METRICS_MAX) return null;
      metric = { type: 'unknown', unit: '', help: '' };
      this.#metrics.set(metricName, metric);
    }
    return metric;
  }
}
