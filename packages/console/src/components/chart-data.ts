/** One line of a chart. Times are ms. */
export interface ChartLine {
  readonly name: string;
  readonly points: readonly (readonly [at: number, value: number])[];
}

export interface ChartThreshold {
  readonly level: string;
  readonly value: number;
}

/** Something that happened at a moment. */
export interface ChartMark {
  readonly level: string;
  readonly at: number;
}

/** What uPlot draws: times in s, and for each line a value, null where it breaks, undefined where it goes on. */
export type ChartColumns = [number[], ...(number | null | undefined)[][]];

/** A line breaks where nothing came for this many of its usual steps. */
const BREAK_STEPS = 3;

export function chartColumns(lines: readonly ChartLine[]): ChartColumns {
  const broken = lines.map(({ points }) => withBreaks(points));
  const times = [...new Set(broken.flatMap((points) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const columns = broken.map((points) => {
    const byTime = new Map(points);
    return times.map((at) => byTime.get(at));
  });
  return [times.map((at) => at / 1000), ...columns];
}

function withBreaks(points: ChartLine['points']): (readonly [number, number | null])[] {
  const steps = points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at));
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return points.flatMap((point, index): (readonly [number, number | null])[] => {
    const step = steps[index] ?? 0;
    return step > BREAK_STEPS * usual ? [point, [point[0] + usual, null]] : [point];
  });
}

/** The y axis holds every value and every threshold, with some air. */
export function valueRange(lines: readonly ChartLine[], thresholds: readonly ChartThreshold[]): [number, number] {
  const values = [
    ...lines.flatMap(({ points }) => points.map(([, value]) => value)),
    ...thresholds.map(({ value }) => value),
  ];
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  if (least > greatest) return [0, 1];
  const air = (greatest - least) * 0.08 || Math.abs(greatest) * 0.08 || 1;
  // A measure that is never negative is not given a negative axis for its air.
  return [least >= 0 ? Math.max(0, least - air) : least - air, greatest + air];
}
