import { Alert, Button, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ConflictNote } from '../../components/conflict-note.tsx';
import { LinkButton } from '../../components/links.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { RoleNote } from '../../components/role-note.tsx';
import { type EventRule, readEventRule, useEventRules, usePutEventRule } from '../../data/event-rules.ts';
import { ApiProblem } from '../../data/problem.ts';
import { useMay } from '../../data/role.ts';
import { ruleStrings } from '../../strings-rules.ts';
import { errorAt, problemsOf } from '../alert-rules/draft-state.ts';
import { ruleIdFrom } from '../alert-rules/rule-draft.ts';
import { bodyOf, draftOf, type EventRuleDraft } from './event-rule-draft.ts';
import { type EventDraftState, EventRuleFields } from './event-rule-fields.tsx';
import { NoCallback } from './no-callback.tsx';

const text = ruleStrings.form;

/** The form of an event rule, new or stored. What the server refuses is said at the field, and everything typed stays. */
export function EventRuleForm(props: {
  readonly start: EventRuleDraft;
  /** The version that was read; null for a new rule. */
  readonly version: number | null;
}): ReactNode {
  const navigate = useNavigate();
  const put = usePutEventRule();
  const mayChange = useMay('putEventRule');
  const [version, setVersion] = useState(props.version);
  const isNew = version === null;
  const form = useEventDraft(props.start, isNew, put.error);
  const conflict = put.error instanceof ApiProblem && put.error.status === 412 ? put.error : null;
  const leave = (): void => void navigate({ to: '/alert-rules', search: { tab: 'event' } });
  const save = (from: number | null): void =>
    put.mutate(
      { ruleId: form.draft.ruleId, body: bodyOf(form.draft), from },
      {
        onSuccess: (rule) => {
          tellSaved(rule);
          leave();
        },
      },
    );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save(version);
  };
  return (
    <form onSubmit={submit} noValidate>
      <NoCallback />
      <RoleNote needs="editor" />
      <Stack gap="lg">
        {conflict === null ? <ProblemNote error={put.error} /> : isNew ? <Taken /> : null}
        <fieldset className="fields" disabled={!mayChange}>
          <Stack gap="lg">
            <EventRuleFields state={form} isNew={isNew} />
          </Stack>
        </fieldset>
        {conflict === null || isNew ? null : (
          <ConflictNote
            id={form.draft.ruleId}
            words={text.conflictWords}
            read={readEventRule}
            fieldsOf={(rule) => bodyOf(draftOf(rule))}
            currentVersion={conflict.currentVersion}
            mine={bodyOf(form.draft)}
            onTake={(rule) => {
              form.set(draftOf(rule));
              setVersion(rule.version);
              put.reset();
            }}
            onOverwrite={(stored) => {
              setVersion(stored);
              save(stored);
            }}
          />
        )}
      </Stack>
      <div className="form-foot">
        <Button type="submit" loading={put.isPending} disabled={!mayChange}>
          {text.confirm}
        </Button>
        <LinkButton to="/alert-rules" search={{ tab: 'event' }} variant="default">
          {text.cancel}
        </LinkButton>
      </div>
    </form>
  );
}

function Taken(): ReactNode {
  return (
    <Alert color="red" variant="outline" role="alert" title={text.taken}>
      {text.takenHint}
    </Alert>
  );
}

/** The draft, with the id of a new rule following its name until somebody types one. */
function useEventDraft(start: EventRuleDraft, isNew: boolean, error: unknown): EventDraftState {
  const [draft, setDraft] = useState(start);
  const [hasOwnId, setOwnId] = useState(false);
  const taken = new Set((useEventRules().data?.items ?? []).map((rule) => rule.ruleId));
  return {
    draft,
    set: (change) => {
      if (change.ruleId !== undefined) setOwnId(change.ruleId !== '');
      const follows = isNew && !hasOwnId && change.ruleName !== undefined;
      const ruleId = follows ? { ruleId: ruleIdFrom(change.ruleName ?? '', taken) } : {};
      setDraft((before) => ({ ...before, ...change, ...ruleId }));
    },
    errorAt: (field) => errorAt(problemsOf(error), field),
  };
}

function tellSaved(rule: EventRule): void {
  if (rule.warnings.length === 0) return void notifications.show({ message: ruleStrings.saved });
  notifications.show({
    title: text.warnings,
    message: rule.warnings.map((warning) => warning.message).join(' '),
    color: 'orange',
    autoClose: 12_000,
  });
}
