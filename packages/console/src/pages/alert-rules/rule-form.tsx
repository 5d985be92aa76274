import { Alert, Button, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ConflictNote } from '../../components/conflict-note.tsx';
import { LinkButton } from '../../components/links.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { RoleNote } from '../../components/role-note.tsx';
import { useKnownNames } from '../../data/known-names.ts';
import { ApiProblem } from '../../data/problem.ts';
import { useMay } from '../../data/role.ts';
import { type Rule, readRule, usePutRule, useRules } from '../../data/rules.ts';
import { ruleStrings } from '../../strings-rules.ts';
import { type DraftState, errorAt, problemsOf } from './draft-state.ts';
import { MoreFields } from './more-fields.tsx';
import { RuleChart } from './rule-chart.tsx';
import { bodyOf, draftOf, type RuleDraft, ruleIdFrom } from './rule-draft.ts';
import { WhatFields } from './what-fields.tsx';
import { WhenFields } from './when-fields.tsx';
import { WhomFields } from './whom-fields.tsx';

const text = ruleStrings.form;

/**
 * The form of a rule, new or stored. The server is the judge: what it refuses is said at the field, with what to do,
 * and everything typed stays.
 */
export function RuleForm(props: {
  readonly start: RuleDraft;
  /** The version that was read; null for a new rule. */
  readonly version: number | null;
}): ReactNode {
  const navigate = useNavigate();
  const mayPut = useMay('putRule');
  const put = usePutRule();
  const [version, setVersion] = useState(props.version);
  const isNew = version === null;
  const form = useDraft(props.start, isNew, problemsOf(put.error));
  const known = useKnownNames(form.draft.namespace, form.draft.metricName);

  const save = (from: number | null): void =>
    put.mutate(
      { ruleId: form.draft.ruleId, body: bodyOf(form.draft), from },
      {
        onSuccess: (rule) => {
          tellSaved(rule);
          void navigate({ to: '/alert-rules' });
        },
        onError: () => requestAnimationFrame(showFirstError),
      },
    );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save(version);
  };
  const take = (rule: Rule): void => {
    form.set(draftOf(rule));
    setVersion(rule.version);
    put.reset();
  };
  const overwrite = (stored: number | null): void => {
    setVersion(stored);
    save(stored);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <RoleNote needs="editor" />
        <Refused error={put.error} isNew={isNew} />
        <fieldset className="fields" disabled={!mayPut}>
          <Stack gap="lg">
            <WhatFields state={form} known={known} isNew={isNew} />
            <WhenFields state={form} />
            <RuleChart draft={form.draft} />
            <WhomFields state={form} groups={known.contactGroups} />
            <MoreFields state={form} />
          </Stack>
        </fieldset>
        {conflictOf(put.error) === null || isNew ? null : (
          <ConflictNote
            id={form.draft.ruleId}
            words={text.conflictWords}
            read={readRule}
            fieldsOf={(rule) => bodyOf(draftOf(rule))}
            currentVersion={conflictOf(put.error)?.currentVersion ?? null}
            mine={bodyOf(form.draft)}
            onTake={take}
            onOverwrite={overwrite}
          />
        )}
      </Stack>
      <Foot isPending={put.isPending} mayPut={mayPut} />
    </form>
  );
}

function Foot(props: { readonly isPending: boolean; readonly mayPut: boolean }): ReactNode {
  return (
    <div className="form-foot">
      {props.mayPut ? (
        <Button type="submit" loading={props.isPending}>
          {text.confirm}
        </Button>
      ) : null}
      <LinkButton to="/alert-rules" variant="default">
        {props.mayPut ? text.cancel : text.back}
      </LinkButton>
    </div>
  );
}

/** The draft, with the id of a new rule following its name until somebody types one. */
function useDraft(start: RuleDraft, isNew: boolean, problems: ReturnType<typeof problemsOf>): DraftState {
  const [draft, setDraft] = useState(start);
  const [hasOwnId, setOwnId] = useState(false);
  const taken = new Set((useRules().data?.items ?? []).map((rule) => rule.ruleId));
  return {
    draft,
    set: (change) => {
      if (change.ruleId !== undefined) setOwnId(change.ruleId !== '');
      const follows = isNew && !hasOwnId && change.ruleName !== undefined;
      const ruleId = follows ? { ruleId: ruleIdFrom(change.ruleName ?? '', taken) } : {};
      setDraft((before) => ({ ...before, ...change, ...ruleId }));
    },
    errorAt: (field) => errorAt(problems, field),
  };
}

const conflictOf = (error: unknown): ApiProblem | null =>
  error instanceof ApiProblem && error.status === 412 ? error : null;

/** Above the form: how much is wrong, when that is said at the fields; else what is wrong. */
function Refused({ error, isNew }: { readonly error: unknown; readonly isNew: boolean }): ReactNode {
  if (conflictOf(error) !== null) {
    return isNew ? (
      <Alert color="red" variant="outline" role="alert" title={text.taken}>
        {text.takenHint}
      </Alert>
    ) : null;
  }
  const problems = problemsOf(error);
  if (problems.length === 0 || problems.some((problem) => problem.field === undefined))
    return <ProblemNote error={error} />;
  return (
    <Alert color="red" variant="outline" role="alert" title={text.wrong(problems.length)}>
      <ul>
        {problems.map((problem) => (
          <li key={`${problem.field} ${problem.code}`}>{problem.message}</li>
        ))}
      </ul>
    </Alert>
  );
}

function tellSaved(rule: Rule): void {
  if (rule.warnings.length === 0) return void notifications.show({ message: ruleStrings.saved });
  notifications.show({
    title: text.warnings,
    message: rule.warnings.map((warning) => warning.message).join(' '),
    color: 'orange',
    autoClose: 12_000,
  });
}

/** A long form: what is wrong may be out of sight. */
function showFirstError(): void {
  const first = document.querySelector<HTMLElement>('form [aria-invalid="true"], form [role="alert"]');
  first?.scrollIntoView({ block: 'center' });
  if (first?.matches('input, select, textarea')) first.focus({ preventScroll: true });
}
