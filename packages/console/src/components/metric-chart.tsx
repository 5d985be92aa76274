import './metric-chart.css';
import { useComputedColorScheme } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import type { MetricRange } from '../data/metric-range.ts';
import { resourceText, secondsText, timeText, valueText } from '../data/words.ts';
import { chartStrings as text } from '../strings-chart.ts';
import type { ChartLine, ChartMark, ChartThreshold } from './chart-data.ts';
import { Empty } from './empty.tsx';
import { Time } from './time.tsx';

const MetricPlot = lazy(async () => ({ default: (await import('./metric-plot.tsx')).MetricPlot }));
const TABLE_ROWS_MAX = 200;

/**
 * A metric over time with the thresholds of a rule and what happened: a picture, a sentence that says the same, and all
 * values as a table for whoever does not see the picture, or wants the numbers.
 */
export function MetricChart(props: {
  /** Undefined while it is loading. */
  readonly range: MetricRange | undefined;
  readonly thresholds: readonly ChartThreshold[];
  readonly marks: readonly ChartMark[];
  readonly emptyHint: string;
}): ReactNode {
  const { range, thresholds, marks, emptyHint } = props;
  const scheme = useComputedColorScheme('light');
  const lines = useMemo(() => linesOf(range), [range]);
  if (range === undefined) return <p className="quiet">{text.loading}</p>;
  if (lines.length === 0) return <Empty title={text.empty} hint={emptyHint} />;
  const caption = captionOf(range, lines, thresholds, marks);
  return (
    <figure className="chart">
      <figcaption className="quiet small chart-caption">{caption}</figcaption>
      <Suspense fallback={<div className="plot quiet">{text.loading}</div>}>
        <MetricPlot
          label={caption}
          lines={lines}
          thresholds={thresholds}
          marks={marks}
          from={range.from}
          to={range.to}
          scheme={scheme}
        />
      </Suspense>
      {lines.length > 1 ? <Legend lines={lines} hasMore={range.hasMore} /> : null}
      <ValueTable lines={lines} />
    </figure>
  );
}

function linesOf(range: MetricRange | undefined): ChartLine[] {
  const found = (range?.series ?? []).map(({ dimensions, points }) => ({ name: resourceText(dimensions), points }));
  return found.filter(({ points }) => points.length > 0);
}

function captionOf(
  range: MetricRange,
  lines: readonly ChartLine[],
  thresholds: readonly ChartThreshold[],
  marks: readonly ChartMark[],
): string {
  const parts = [text.measured(range.statistic, range.period === null ? null : secondsText(range.period))];
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const least = values.reduce((a, b) => Math.min(a, b));
  const greatest = values.reduce((a, b) => Math.max(a, b));
  const last = lines.length === 1 ? lines[0]?.points.at(-1) : undefined;
  if (last !== undefined) parts.push(text.latest(valueText(last[1]), timeText(last[0])));
  parts.push(text.bounds(valueText(least), valueText(greatest)));
  for (const { level, value } of thresholds) parts.push(text.threshold(level, valueText(value)));
  const mark = marks.at(-1);
  if (mark !== undefined) parts.push(text.became(mark.level, timeText(mark.at)));
  const late = range.series.reduce((sum, one) => sum + one.late.length, 0);
  return `${parts.join(' · ')}${late === 0 ? '' : ` · ${text.late(late)}`}`;
}

function Legend({ lines, hasMore }: { readonly lines: readonly ChartLine[]; readonly hasMore: boolean }): ReactNode {
  return (
    <ul className="chart-legend small">
      {lines.map(({ name }, index) => (
        <li key={name}>
          <span className={`swatch swatch-${index % 6}`} aria-hidden="true" />
          {name}
        </li>
      ))}
      {hasMore ? <li className="quiet">{text.more(lines.length)}</li> : null}
    </ul>
  );
}

function ValueTable({ lines }: { readonly lines: readonly ChartLine[] }): ReactNode {
  const all = lines.flatMap(({ name, points }) => points.map(([at, value]) => ({ name, at, value })));
  const rows = all.sort((a, b) => b.at - a.at).slice(0, TABLE_ROWS_MAX);
  return (
    <details className="small">
      <summary>{text.table}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="chart-table" tabIndex={0} aria-label={text.table}>
        <table>
          <thead>
            <tr>
              <th scope="col">{text.time}</th>
              <th scope="col">{text.resource}</th>
              <th scope="col">{text.value}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, at, value }) => (
              <tr key={`${name} ${at}`}>
                <td>
                  <Time ms={at} />
                </td>
                <td>{name}</td>
                <td className="number">{valueText(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length < all.length ? <p className="quiet">{text.rows(rows.length, all.length)}</p> : null}
    </details>
  );
}
