import { Autocomplete, Button, CloseButton, Fieldset, Group, Radio, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { KnownNames } from '../../data/known-names.ts';
import { ruleStrings } from '../../strings-rules.ts';
import type { DraftState } from './draft-state.ts';
import { textOfPairs } from './pairs-text.ts';

const text = ruleStrings.form;

/** The rule's name, and the metric it watches. */
export function WhatFields(props: {
  readonly state: DraftState;
  readonly known: KnownNames;
  readonly isNew: boolean;
}): ReactNode {
  const { state, known, isNew } = props;
  const { draft, set, errorAt } = state;
  return (
    <Fieldset legend={text.what} className="card">
      <Stack gap="md">
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
        <div className="two">
          <Autocomplete
            label={text.namespace}
            description={text.namespaceHint}
            value={draft.namespace}
            onChange={(namespace) => set({ namespace })}
            data={[...known.namespaces]}
            error={errorAt('namespace')}
            required
          />
          <Autocomplete
            label={text.metric}
            description={text.metricHint}
            value={draft.metricName}
            onChange={(metricName) => set({ metricName })}
            data={[...known.metricNames]}
            error={errorAt('metricName')}
            limit={100}
            required
          />
        </div>
        <Resources state={state} known={known} />
      </Stack>
    </Fieldset>
  );
}

function Resources({ state, known }: { readonly state: DraftState; readonly known: KnownNames }): ReactNode {
  const { draft, set, errorAt } = state;
  return (
    <Radio.Group
      label={text.resources}
      value={draft.picksResources ? 'these' : 'every'}
      onChange={(value) => set({ picksResources: value === 'these' })}
      error={draft.picksResources ? undefined : errorAt('resources')}
    >
      <Group mt={6} gap="lg">
        <Radio value="every" label={text.everyResource} />
        <Radio value="these" label={text.theseResources} />
      </Group>
      {draft.picksResources ? <ResourceList state={state} known={known} /> : null}
    </Radio.Group>
  );
}

function ResourceList({ state, known }: { readonly state: DraftState; readonly known: KnownNames }): ReactNode {
  const { draft, set, errorAt } = state;
  const { resources } = draft;
  const suggestions = [...new Set(known.resources.map(textOfPairs))];
  const replace = (index: number, value: string): void => set({ resources: resources.with(index, value) });
  return (
    <Stack gap="xs" mt="sm">
      {resources.map((resource, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two resources may be typed alike; their place is what they are.
        <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
          <Autocomplete
            flex={1}
            aria-label={text.resource(index + 1)}
            placeholder="instanceId=i-12, …"
            value={resource}
            onChange={(value) => replace(index, value)}
            data={suggestions}
            limit={50}
            error={errorAt(`resources[${index}]`)}
          />
          <CloseButton
            mt={4}
            aria-label={text.remove(text.resource(index + 1))}
            onClick={() => set({ resources: resources.toSpliced(index, 1) })}
          />
        </Group>
      ))}
      <span className="quiet small">{text.resourceHint}</span>
      <Button variant="default" size="xs" w="fit-content" onClick={() => set({ resources: [...resources, ''] })}>
        {text.addResource}
      </Button>
    </Stack>
  );
}
