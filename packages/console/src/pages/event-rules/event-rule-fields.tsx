import { LEVELS } from '@cloudbell/core/rule/rule.ts';
import { Checkbox, Fieldset, MultiSelect, Stack, TagsInput, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useContactGroups } from '../../data/contacts.ts';
import { useEvents } from '../../data/events.ts';
import { eventStrings } from '../../strings-events.ts';
import { SecondsInput } from '../alert-rules/seconds-input.tsx';
import type { EventRuleDraft } from './event-rule-draft.ts';

const text = eventStrings.rule;
const SILENCE_TIMES = [0, 60, 300, 900, 1800, 3600, 21_600, 86_400] as const;

export interface EventDraftState {
  readonly draft: EventRuleDraft;
  readonly set: (change: Partial<EventRuleDraft>) => void;
  /** What is wrong with a field; absent when nothing is. */
  readonly errorAt: (field: string) => string | undefined;
}

/** Which events, and who is told. What events had lately is offered while one types. */
export function EventRuleFields(props: { readonly state: EventDraftState; readonly isNew: boolean }): ReactNode {
  return (
    <>
      <Fieldset legend={text.what} className="card">
        <Stack gap="md">
          <Names {...props} />
          <span className="quiet small">{text.whatHint}</span>
          <Filters state={props.state} />
        </Stack>
      </Fieldset>
      <Whom state={props.state} />
    </>
  );
}

function Names({ state, isNew }: { readonly state: EventDraftState; readonly isNew: boolean }): ReactNode {
  const { draft, set, errorAt } = state;
  return (
    <div className="two">
      <TextInput
        label={text.name}
        value={draft.ruleName}
        onChange={({ currentTarget }) => set({ ruleName: currentTarget.value })}
        error={errorAt('ruleName')}
        required
      />
      <TextInput
        label={text.ruleId}
        description={isNew ? text.ruleIdHint : undefined}
        value={draft.ruleId}
        onChange={({ currentTarget }) => set({ ruleId: currentTarget.value })}
        error={errorAt('ruleId')}
        readOnly={!isNew}
        variant={isNew ? 'default' : 'filled'}
      />
    </div>
  );
}

function Filters({ state }: { readonly state: EventDraftState }): ReactNode {
  const { draft, set, errorAt } = state;
  const seen = useEvents({}).data?.pages[0]?.items ?? [];
  const known = (field: 'type' | 'name' | 'status'): string[] => [...new Set(seen.map((event) => event[field]))];
  const tags = (field: 'types' | 'names' | 'statuses', description: string, data: string[]): ReactNode => (
    <TagsInput
      label={text[field]}
      description={description}
      value={[...draft[field]]}
      onChange={(values) => set({ [field]: values })}
      data={data}
      acceptValueOnBlur
      error={errorAt(field)}
    />
  );
  return (
    <div className="two">
      <TextInput
        label={text.product}
        description={text.productHint}
        value={draft.product}
        onChange={({ currentTarget }) => set({ product: currentTarget.value })}
        error={errorAt('product')}
      />
      <MultiSelect
        label={text.levels}
        description={text.levelsHint}
        value={[...draft.levels]}
        onChange={(levels) => set({ levels })}
        data={[...LEVELS]}
        error={errorAt('levels')}
      />
      {tags('names', text.namesHint, known('name'))}
      {tags('types', text.listHint, known('type'))}
      {tags('statuses', text.listHint, known('status'))}
      <TextInput
        label={text.keyword}
        description={text.keywordHint}
        value={draft.keyword}
        onChange={({ currentTarget }) => set({ keyword: currentTarget.value })}
        error={errorAt('keyword')}
      />
    </div>
  );
}

function Whom({ state }: { readonly state: EventDraftState }): ReactNode {
  const { draft, set, errorAt } = state;
  const groups = useContactGroups().data ?? [];
  return (
    <Fieldset legend={text.whom} className="card">
      <Stack gap="md">
        <div className="two">
          <TagsInput
            label={text.groups}
            description={text.groupsHint}
            value={[...draft.contactGroups]}
            onChange={(contactGroups) => set({ contactGroups })}
            data={groups.map((group) => group.name)}
            acceptValueOnBlur
            error={errorAt('contactGroups')}
          />
          <SecondsInput
            label={text.silenceTime}
            description={text.silenceTimeHint}
            value={draft.silenceTime}
            onChange={(silenceTime) => set({ silenceTime })}
            usual={SILENCE_TIMES}
            zero={text.tellAll}
            error={errorAt('silenceTime')}
          />
        </div>
        <Checkbox
          label={text.enabled}
          description={text.enabledHint}
          checked={draft.enabled}
          onChange={({ currentTarget }) => set({ enabled: currentTarget.checked })}
        />
      </Stack>
    </Fieldset>
  );
}
