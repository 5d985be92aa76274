import { NO_DATA_POLICIES } from '@cloudbell/core/rule/rule.ts';
import {
  Button,
  Checkbox,
  CloseButton,
  Fieldset,
  Group,
  Input,
  NativeSelect,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import type { ReactNode } from 'react';
import { ruleStrings } from '../../strings-rules.ts';
import type { DraftState } from './draft-state.ts';

const text = ruleStrings.form;

/** What most rules leave as it is: missing data, late samples, labels. */
export function MoreFields({ state }: { readonly state: DraftState }): ReactNode {
  const { draft, set, errorAt } = state;
  return (
    <Fieldset legend={text.more} className="card">
      <Stack gap="md">
        <div className="two">
          <NativeSelect
            label={text.noData}
            value={draft.noDataPolicy}
            onChange={({ currentTarget }) => set({ noDataPolicy: currentTarget.value })}
            data={NO_DATA_POLICIES.map((value) => ({ value, label: text.noDataPolicies[value] }))}
            error={errorAt('noDataPolicy')}
          />
          <TextInput
            label={text.noDataPeriods}
            description={text.noDataPeriodsHint}
            inputMode="numeric"
            value={draft.noDataPeriods}
            onChange={({ currentTarget }) => set({ noDataPeriods: currentTarget.value })}
            disabled={draft.noDataPolicy !== 'INSUFFICIENT_DATA'}
            error={errorAt('noDataPeriods')}
          />
          <TextInput
            label={text.grace}
            description={text.graceHint}
            inputMode="decimal"
            value={draft.grace}
            onChange={({ currentTarget }) => set({ grace: currentTarget.value })}
            error={errorAt('grace')}
          />
        </div>
        <Labels state={state} />
        <Checkbox
          label={text.enabledField}
          description={text.enabledHint}
          checked={draft.enabled}
          onChange={({ currentTarget }) => set({ enabled: currentTarget.checked })}
        />
      </Stack>
    </Fieldset>
  );
}

function Labels({ state }: { readonly state: DraftState }): ReactNode {
  const { draft, set, errorAt } = state;
  const { labels } = draft;
  const error = errorAt('labels');
  return (
    <Stack gap="xs">
      <Input.Label component="div">{text.labels}</Input.Label>
      {labels.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name may be typed twice for a while; its place is what it is.
        <Group key={index} gap="xs" wrap="nowrap">
          <TextInput
            flex={1}
            aria-label={text.labelName(index + 1)}
            value={name}
            onChange={({ currentTarget }) => set({ labels: labels.with(index, [currentTarget.value, value]) })}
          />
          <TextInput
            flex={2}
            aria-label={text.labelValue(index + 1)}
            value={value}
            onChange={({ currentTarget }) => set({ labels: labels.with(index, [name, currentTarget.value]) })}
          />
          <CloseButton
            aria-label={text.remove(text.label(index + 1))}
            onClick={() => set({ labels: labels.toSpliced(index, 1) })}
          />
        </Group>
      ))}
      {error === undefined ? null : (
        <Text size="xs" c="red" role="alert">
          {error}
        </Text>
      )}
      <Button variant="default" size="xs" w="fit-content" onClick={() => set({ labels: [...labels, ['', '']] })}>
        {text.addLabel}
      </Button>
    </Stack>
  );
}
