import type { TestSendInput } from '@cloudbell/core/contract/test-send.ts';
import { CALLBACK_PROFILES } from '@cloudbell/core/rule/rule.ts';
import { Checkbox, Fieldset, Group, Input, NativeSelect, Stack, TagsInput, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { TestSend } from '../../components/test-send.tsx';
import { ruleStrings } from '../../strings-rules.ts';
import type { DraftState } from './draft-state.ts';
import { bodyOf, type RuleDraft } from './rule-draft.ts';
import { SecondsInput } from './seconds-input.tsx';

const text = ruleStrings.form;
const SILENCE_TIMES = [300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400] as const;

/** Contact groups, the callback, and when anybody is told. */
export function WhomFields(props: { readonly state: DraftState; readonly groups: readonly string[] }): ReactNode {
  const { draft, set, errorAt } = props.state;
  return (
    <Fieldset legend={text.whom} className="card">
      <Stack gap="md">
        <TextInput
          label={text.webhook}
          description={text.webhookHint}
          placeholder={text.webhookExample}
          type="text"
          inputMode="url"
          spellCheck={false}
          value={draft.webhook}
          onChange={({ currentTarget }) => set({ webhook: currentTarget.value })}
          error={errorAt('webhook')}
        />
        <TestSend what={text.webhook} test={callbackTest(draft)} />
        <TagsInput
          label={text.groups}
          description={text.groupsHint}
          value={[...draft.contactGroups]}
          onChange={(contactGroups) => set({ contactGroups })}
          data={[...props.groups]}
          acceptValueOnBlur
          error={errorAt('contactGroups')}
        />
        <div className="two">
          <NativeSelect
            label={text.profile}
            value={draft.callbackProfile}
            onChange={({ currentTarget }) => set({ callbackProfile: currentTarget.value })}
            data={[
              { value: '', label: text.profiles.default },
              ...CALLBACK_PROFILES.map((value) => ({ value, label: text.profiles[value] })),
            ]}
            error={errorAt('callbackProfile')}
          />
          <SecondsInput
            label={text.silenceTime}
            description={text.silenceTimeHint}
            value={draft.silenceTime}
            onChange={(silenceTime) => set({ silenceTime })}
            usual={SILENCE_TIMES}
            canBeNever
            error={errorAt('silenceTime')}
          />
        </div>
        <Interval state={props.state} />
        <Checkbox
          label={text.sendOk}
          checked={draft.sendOk}
          onChange={({ currentTarget }) => set({ sendOk: currentTarget.checked })}
        />
      </Stack>
    </Fieldset>
  );
}

/** What is in the form now, whether or not it is saved. */
function callbackTest(draft: RuleDraft): TestSendInput | null {
  const body = bodyOf(draft);
  const endpoint = draft.webhook.trim();
  if (endpoint === '') return null;
  const profile = CALLBACK_PROFILES.find((each) => each === draft.callbackProfile) ?? null;
  return { channel: 'callback', endpoint, profile, rule: { ...body, ruleId: draft.ruleId } };
}

function Interval({ state }: { readonly state: DraftState }): ReactNode {
  const { draft, set, errorAt } = state;
  return (
    <div>
      <Group align="flex-start" gap="md">
        <TextInput
          label={text.intervalFrom}
          placeholder="00:00"
          value={draft.intervalFrom}
          onChange={({ currentTarget }) => set({ intervalFrom: currentTarget.value })}
          error={errorAt('effectiveInterval')}
          w={140}
        />
        <TextInput
          label={text.intervalTo}
          placeholder="23:59"
          value={draft.intervalTo}
          onChange={({ currentTarget }) => set({ intervalTo: currentTarget.value })}
          w={140}
        />
      </Group>
      <Input.Description mt={4}>{text.intervalHint}</Input.Description>
    </div>
  );
}
