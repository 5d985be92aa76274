import 'uplot/dist/uPlot.min.css';
import { type ReactNode, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { type ChartLine, type ChartMark, type ChartThreshold, chartColumns, valueRange } from './chart-data.ts';

/**
 * The drawing itself, on a canvas: loaded when a chart is first shown. A canvas knows no style sheet, so colors are read
 * from it whenever the scheme changes. What it shows is told in text beside it (metric-chart.tsx).
 */
export interface MetricPlotProps {
  readonly label: string;
  readonly lines: readonly ChartLine[];
  readonly thresholds: readonly ChartThreshold[];
  readonly marks: readonly ChartMark[];
  /** ms */
  readonly from: number;
  readonly to: number;
  /** `light` or `dark`: other colors. */
  readonly scheme: string;
}

const HEIGHT = 240;
export const LINE_COLORS = ['--accent', '--blue', '--amber', '--green', '--red', '--quiet'] as const;
const LEVEL_COLORS: Readonly<Record<string, string>> = {
  CRITICAL: '--red',
  WARN: '--amber',
  INFO: '--blue',
  OK: '--green',
};

export function MetricPlot(props: MetricPlotProps): ReactNode {
  const holder = useRef<HTMLDivElement>(null);
  const { label, lines, thresholds, marks, from, to, scheme } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides what colors the style sheet answers.
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const options = plotOptions({ element, lines, thresholds, marks, from, to });
    const plot = new uPlot(options, chartColumns(lines) as uPlot.AlignedData, element);
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [lines, thresholds, marks, from, to, scheme]);
  return <div ref={holder} className="plot" role="img" aria-label={label} />;
}

type PlotParts = Omit<MetricPlotProps, 'label' | 'scheme'> & { readonly element: HTMLElement };

function plotOptions({ element, lines, thresholds, marks, from, to }: PlotParts): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--quiet'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { stroke: color('--line'), width: 1 },
    font: `12px ${style.fontFamily}`,
  };
  const series = lines.map(({ name }, index) => ({
    label: name,
    stroke: color(LINE_COLORS[index % LINE_COLORS.length] ?? '--accent'),
    width: 2,
    points: { show: lines.every(({ points }) => points.length <= 60) },
  }));
  return {
    width: Math.max(200, element.clientWidth),
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { x: { range: [from / 1000, to / 1000] }, y: { range: valueRange(lines, thresholds) } },
    axes: [
      { ...axis, values: clockTimes },
      { ...axis, size: 64 },
    ],
    series: [{}, ...series],
    hooks: { draw: [(plot) => drawMarks(plot, { thresholds, marks, color, font: style.fontFamily })] },
  };
}

const TWO_DIGITS = { hour: '2-digit', minute: '2-digit', hour12: false } as const;

/** Local time of day, with the day where that changes. */
function clockTimes(_: uPlot, splits: number[]): string[] {
  const isFine = (splits[1] ?? 0) - (splits[0] ?? 0) < 60;
  return splits.map((seconds, index) => {
    const date = new Date(seconds * 1000);
    const before = splits[index - 1];
    const isNewDay = before !== undefined && new Date(before * 1000).toDateString() !== date.toDateString();
    if (isNewDay) return date.toLocaleDateString('en-GB', { day: '2-digit', month: 'short' });
    return date.toLocaleTimeString('en-GB', isFine ? { ...TWO_DIGITS, second: '2-digit' } : TWO_DIGITS);
  });
}

interface Drawn {
  readonly thresholds: readonly ChartThreshold[];
  readonly marks: readonly ChartMark[];
  readonly color: (name: string) => string;
  readonly font: string;
}

function drawMarks(plot: uPlot, { thresholds, marks, color, font }: Drawn): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const line = (from: readonly [number, number], to: readonly [number, number]): void => {
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...to);
    ctx.stroke();
  };
  ctx.save();
  ctx.font = `600 ${11 * ratio}px ${font}`;
  ctx.lineWidth = 1.5 * ratio;
  for (const { level, value } of thresholds) {
    const y = plot.valToPos(value, 'y', true);
    ctx.strokeStyle = color(LEVEL_COLORS[level] ?? '--quiet');
    ctx.fillStyle = ctx.strokeStyle;
    ctx.setLineDash([6 * ratio, 4 * ratio]);
    line([bbox.left, y], [bbox.left + bbox.width, y]);
    ctx.textAlign = 'right';
    ctx.textBaseline = y - bbox.top < 16 * ratio ? 'top' : 'bottom';
    ctx.fillText(
      `${level} ${value}`,
      bbox.left + bbox.width - 4 * ratio,
      y + (ctx.textBaseline === 'top' ? 3 : -3) * ratio,
    );
  }
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  for (const { level, at } of marks) {
    const x = plot.valToPos(at / 1000, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = color(LEVEL_COLORS[level] ?? '--quiet');
    ctx.fillStyle = ctx.strokeStyle;
    line([x, bbox.top], [x, bbox.top + bbox.height]);
    ctx.beginPath();
    ctx.arc(x, bbox.top + 4 * ratio, 4 * ratio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}
