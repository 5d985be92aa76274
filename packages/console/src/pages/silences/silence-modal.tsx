import { Button, Group, Modal, NativeSelect, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ProblemNote } from '../../components/problem.tsx';
import { useRules } from '../../data/rules.ts';
import { useCreateSilence } from '../../data/silences.ts';
import { secondsText } from '../../data/words.ts';
import { silenceStrings } from '../../strings-silences.ts';
import { pairsOf } from '../alert-rules/pairs-text.ts';

const text = silenceStrings.form;
const LENGTHS_S = [1_800, 3_600, 14_400, 86_400, 604_800] as const;
const OTHER = 'other';

/** A silence of a rule or of dimensions; one of a single alert is made on the alert's page. */
export function SilenceModal(props: { readonly isOpen: boolean; readonly onClose: () => void }): ReactNode {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title={silenceStrings.create} centered size="lg">
      {props.isOpen ? <SilenceForm onClose={props.onClose} /> : null}
    </Modal>
  );
}

interface Draft {
  readonly about: 'rule' | 'dimensions';
  readonly ruleId: string;
  readonly dimensions: string;
  /** Local time as the browser writes it; empty: now. */
  readonly from: string;
  /** s, or `other` for an end that is typed. */
  readonly length: string;
  readonly until: string;
  readonly why: string;
}

const START: Draft = { about: 'dimensions', ruleId: '', dimensions: '', from: '', length: '3600', until: '', why: '' };

function SilenceForm({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [draft, setDraft] = useState(START);
  const create = useCreateSilence();
  const set = (change: Partial<Draft>): void => setDraft((before) => ({ ...before, ...change }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate(bodyOf(draft, Date.now()), { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemNote error={create.error} />
        <About draft={draft} set={set} />
        <When draft={draft} set={set} />
        <Textarea
          label={text.why}
          description={text.whyHint}
          value={draft.why}
          onChange={({ currentTarget }) => set({ why: currentTarget.value })}
          maxLength={1000}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {text.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
}

function About({ draft, set }: PartProps): ReactNode {
  const rules = useRules().data?.items ?? [];
  return (
    <Radio.Group
      label={text.about}
      value={draft.about}
      onChange={(about) => set({ about: about === 'rule' ? 'rule' : 'dimensions' })}
    >
      <Group mt={6} mb="sm" gap="lg">
        <Radio value="dimensions" label={text.byDimensions} />
        <Radio value="rule" label={text.byRule} />
      </Group>
      {draft.about === 'rule' ? (
        <NativeSelect
          aria-label={text.rule}
          value={draft.ruleId}
          onChange={({ currentTarget }) => set({ ruleId: currentTarget.value })}
          data={[
            { value: '', label: text.ruleChoose },
            ...rules.map((rule) => ({ value: rule.ruleId, label: rule.ruleName.slice(0, 80) })),
          ]}
        />
      ) : (
        <TextInput
          aria-label={text.dimensions}
          description={text.dimensionsHint}
          placeholder="instanceId=i-12, …"
          value={draft.dimensions}
          onChange={({ currentTarget }) => set({ dimensions: currentTarget.value })}
        />
      )}
    </Radio.Group>
  );
}

function When({ draft, set }: PartProps): ReactNode {
  return (
    <div className="two">
      <TextInput
        type="datetime-local"
        label={text.from}
        description={text.fromHint}
        value={draft.from}
        onChange={({ currentTarget }) => set({ from: currentTarget.value })}
      />
      <NativeSelect
        label={text.length}
        value={draft.length}
        onChange={({ currentTarget }) => set({ length: currentTarget.value })}
        data={[
          ...LENGTHS_S.map((seconds) => ({ value: String(seconds), label: secondsText(seconds) })),
          { value: OTHER, label: text.otherEnd },
        ]}
      />
      {draft.length === OTHER ? (
        <TextInput
          type="datetime-local"
          label={text.until}
          value={draft.until}
          onChange={({ currentTarget }) => set({ until: currentTarget.value })}
        />
      ) : null}
    </div>
  );
}

function bodyOf(draft: Draft, now: number) {
  const from = draft.from === '' ? undefined : new Date(draft.from).getTime();
  const until = draft.length === OTHER ? new Date(draft.until).getTime() : (from ?? now) + Number(draft.length) * 1000;
  const by = draft.about === 'rule' ? { ruleId: draft.ruleId } : { dimensions: pairsOf(draft.dimensions) };
  return { by, ...(from === undefined ? {} : { from }), until, why: draft.why.trim() };
}
