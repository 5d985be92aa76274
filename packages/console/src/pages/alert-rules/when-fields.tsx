import { STATISTICS } from '@cloudbell/core/metric/statistic.ts';
import { COMPARISON_OPERATORS } from '@cloudbell/core/rule/rule.ts';
import { Checkbox, Fieldset, Input, NativeSelect, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { ruleStrings } from '../../strings-rules.ts';
import type { DraftState } from './draft-state.ts';
import { LEVEL_FIELDS, type LevelDraft, type LevelField } from './rule-draft.ts';
import { SecondsInput } from './seconds-input.tsx';

const text = ruleStrings.form;
const PERIODS = [1, 15, 60, 300, 900, 1800, 3600] as const;

/** The period, and the three levels. */
export function WhenFields({ state }: { readonly state: DraftState }): ReactNode {
  const { draft, set, errorAt } = state;
  const noLevel = draft.levels.critical.isOn || draft.levels.warn.isOn || draft.levels.info.isOn;
  return (
    <Fieldset legend={text.when} className="card">
      <div className="two">
        <SecondsInput
          label={text.period}
          description={text.periodHint}
          value={draft.period}
          onChange={(period) => set({ period })}
          usual={PERIODS}
          error={errorAt('period')}
        />
      </div>
      <Input.Label component="div" mt="md">
        {text.levels}
      </Input.Label>
      <Text size="xs" c="dimmed">
        {text.levelsHint}
      </Text>
      {noLevel ? null : (
        <Text size="sm" c="red" role="alert">
          {errorAt('escalations')}
        </Text>
      )}
      {LEVEL_FIELDS.map((level) => (
        <LevelRow key={level} level={level} state={state} />
      ))}
    </Fieldset>
  );
}

const OPERATORS = Object.entries(COMPARISON_OPERATORS).map(([value, label]) => ({ value, label }));

function LevelRow({ level, state }: { readonly level: LevelField; readonly state: DraftState }): ReactNode {
  const { draft, set, errorAt } = state;
  const values = draft.levels[level];
  const name = text.level[level];
  const change = (part: Partial<LevelDraft>): void =>
    set({ levels: { ...draft.levels, [level]: { ...values, ...part } } });
  /** The visible label is short; who does not see the row hears the level too. */
  const of = (label: string) => ({ label, 'aria-label': text.ofLevel(label, name), disabled: !values.isOn });
  const path = `escalations.${level}`;
  return (
    <div className="level-row">
      <Checkbox
        className="level-mark"
        label={name}
        checked={values.isOn}
        onChange={({ currentTarget }) => change({ isOn: currentTarget.checked })}
      />
      <NativeSelect
        {...of(text.statistics)}
        value={values.statistics}
        onChange={({ currentTarget }) => change({ statistics: currentTarget.value })}
        data={[...STATISTICS]}
        error={errorAt(`${path}.statistics`)}
      />
      <NativeSelect
        {...of(text.operator)}
        value={values.comparisonOperator}
        onChange={({ currentTarget }) => change({ comparisonOperator: currentTarget.value })}
        data={OPERATORS}
        error={errorAt(`${path}.comparisonOperator`)}
      />
      <TextInput
        {...of(text.thresholdValue)}
        inputMode="decimal"
        value={values.threshold}
        onChange={({ currentTarget }) => change({ threshold: currentTarget.value })}
        error={errorAt(`${path}.threshold`)}
      />
      <TextInput
        {...of(text.times)}
        inputMode="numeric"
        value={values.times}
        onChange={({ currentTarget }) => change({ times: currentTarget.value })}
        error={errorAt(`${path}.times`)}
      />
    </div>
  );
}
