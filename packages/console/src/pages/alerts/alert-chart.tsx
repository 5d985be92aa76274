import { isChartStatistic } from '@cloudbell/core/history/statistic-points.ts';
import { LEVELS } from '@cloudbell/core/rule/rule.ts';
import { type ReactNode, useMemo, useState } from 'react';
import type { ChartMark, ChartThreshold } from '../../components/chart-data.ts';
import { MetricChart } from '../../components/metric-chart.tsx';
import { Section } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useMetricRange } from '../../data/metric-range.ts';
import type { Rule } from '../../data/rules.ts';
import type { Transition } from '../../data/types.ts';
import { chartStrings as text } from '../../strings-chart.ts';

const HOUR_MS = 3_600_000;
const SPAN_MS_MAX = 7 * 24 * HOUR_MS;

/** What the resource of an alert measured around its transitions, as its rule sees it; `steps` are newest first. */
export function AlertChart(props: {
  readonly rule: Rule | undefined;
  readonly steps: readonly Transition[];
}): ReactNode {
  const { rule, steps } = props;
  const newest = steps[0];
  if (rule === undefined || newest === undefined) return null;
  return (
    <Section title={text.alert}>
      <Chart rule={rule} steps={steps} newest={newest} />
    </Section>
  );
}

function Chart(props: {
  readonly rule: Rule;
  readonly steps: readonly Transition[];
  readonly newest: Transition;
}): ReactNode {
  const { rule, steps, newest } = props;
  const [now] = useState(() => Date.now());
  const escalations = useMemo(() => thresholdsOf(rule), [rule]);
  const marks = useMemo(() => marksOf(steps), [steps]);
  const since = marks.at(-1)?.at ?? now;
  const statistic = escalations[0]?.statistics ?? 'Average';
  const range = useMetricRange({
    namespace: rule.namespace,
    metricName: rule.metricName,
    dimensions: newest.dimensions,
    exact: true,
    // The last change and as much again before it: how it came to be is half of the story.
    spanMs: Math.min(Math.max(2 * (now - since), Math.min(120 * rule.period * 1000, HOUR_MS), 300_000), SPAN_MS_MAX),
    statistic: isChartStatistic(statistic) ? statistic : 'Average',
    period: null,
    limit: 1,
  });
  return (
    <>
      <ProblemNote error={range.error} />
      <MetricChart range={range.data} thresholds={escalations} marks={marks} emptyHint={text.emptyAlert} />
    </>
  );
}

function thresholdsOf(rule: Rule): (ChartThreshold & { readonly statistics: string })[] {
  return LEVELS.flatMap((level) => {
    const escalation = rule.escalations[level.toLowerCase() as keyof Rule['escalations']];
    if (escalation === undefined) return [];
    return [{ level, value: escalation.threshold, statistics: escalation.statistics }];
  });
}

/** Oldest first. */
function marksOf(steps: readonly Transition[]): ChartMark[] {
  return steps
    .flatMap(({ transition }) => (transition === null ? [] : [{ level: transition.toLevel, at: transition.at }]))
    .reverse();
}
