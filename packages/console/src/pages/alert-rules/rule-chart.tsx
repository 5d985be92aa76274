import { isChartStatistic } from '@cloudbell/core/history/statistic-points.ts';
import type { Dimensions } from '@cloudbell/core/metric/dimensions.ts';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useMemo } from 'react';
import { MetricChart } from '../../components/metric-chart.tsx';
import { Section } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { type RangeWanted, useMetricRange } from '../../data/metric-range.ts';
import { chartStrings as text } from '../../strings-chart.ts';
import { pairsOf } from './pairs-text.ts';
import { LEVEL_FIELDS, type RuleDraft } from './rule-draft.ts';

const HOUR_MS = 3_600_000;
/** Of the metric while it is typed: the lines follow thresholds at once, the question waits a little. */
const TYPING_MS = 400;

/** What a rule that is being written would have watched: its statistic, period by period, against its thresholds. */
export function RuleChart({ draft }: { readonly draft: RuleDraft }): ReactNode {
  const [wanted] = useDebouncedValue(JSON.stringify(wantedBy(draft)), TYPING_MS);
  const range = useMetricRange(JSON.parse(wanted) as RangeWanted);
  const levels = JSON.stringify(thresholdsOf(draft));
  // By what they say: a new list for each key that is pressed would draw the chart anew each time.
  const thresholds = useMemo(() => JSON.parse(levels) as ReturnType<typeof thresholdsOf>, [levels]);
  return (
    <Section title={text.rule}>
      <ProblemNote error={range.error} />
      <MetricChart
        range={draft.metricName === '' ? NOTHING : range.data}
        thresholds={thresholds}
        marks={NO_MARKS}
        emptyHint={text.emptyRule}
      />
    </Section>
  );
}

const NO_MARKS: readonly never[] = [];
const NOTHING = {
  from: 0,
  to: 1,
  statistic: 'Average' as const,
  period: null,
  resolution: 'raw' as const,
  series: [],
  hasMore: false,
};

function wantedBy(draft: RuleDraft): RangeWanted {
  const level = LEVEL_FIELDS.map((field) => draft.levels[field]).find(({ isOn }) => isOn);
  const statistic = level?.statistics ?? '';
  const period = Number(draft.period);
  const isPeriod = Number.isInteger(period) && period >= 1 && period <= 86_400;
  const picked = draft.picksResources ? draft.resources.find((one) => one.trim() !== '') : undefined;
  return {
    namespace: draft.namespace.trim(),
    metricName: draft.metricName.trim(),
    dimensions: picked === undefined ? {} : dimensionsOf(picked),
    exact: false,
    // Enough periods to see a pattern, and no more than can be drawn.
    spanMs: isPeriod ? Math.min(Math.max(period * 120_000, 600_000), 7 * 24 * HOUR_MS) : HOUR_MS,
    statistic: isChartStatistic(statistic) ? statistic : 'Average',
    period: isPeriod ? period : null,
    limit: 6,
  };
}

/** What is half typed narrows nothing down yet. */
function dimensionsOf(picked: string): Dimensions {
  const pairs = pairsOf(picked);
  const isMap =
    typeof pairs === 'object' && pairs !== null && Object.values(pairs).every((one) => typeof one === 'string');
  return isMap ? (pairs as Dimensions) : {};
}

function thresholdsOf(draft: RuleDraft): { readonly level: string; readonly value: number }[] {
  return LEVEL_FIELDS.filter((field) => draft.levels[field].isOn)
    .map((field) => ({ level: field.toUpperCase(), text: draft.levels[field].threshold.trim() }))
    .filter(({ text: typed }) => typed !== '' && Number.isFinite(Number(typed)))
    .map(({ level, text: typed }) => ({ level, value: Number(typed) }));
}
