import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { Badge, LevelBadge } from '../../components/badges.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Cut } from '../../components/cut.tsx';
import { Empty } from '../../components/empty.tsx';
import { LinkButton } from '../../components/links.tsx';
import { Listed } from '../../components/listed.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useSearchField } from '../../components/search-field.tsx';
import { type EventRule, useDeleteEventRule, useEventRules } from '../../data/event-rules.ts';
import { useMay } from '../../data/role.ts';
import { secondsText } from '../../data/words.ts';
import { eventStrings } from '../../strings-events.ts';
import { ruleStrings } from '../../strings-rules.ts';
import { EventRuleActions } from './event-rule-actions.tsx';
import { NoCallback } from './no-callback.tsx';

const text = eventStrings.rule;

/** The tab Event Alert: which events are forwarded to whom. */
export function EventRules(): ReactNode {
  const { search, field } = useSearchField(text.search);
  const { data, error } = useEventRules(search);
  const [removing, setRemoving] = useState<EventRule | null>(null);
  return (
    <>
      <NoCallback />
      {field}
      <ProblemNote error={error} />
      <div className="card is-flush">
        <Listed items={data?.items} empty={<NoRule isSearch={search !== ''} />}>
          {(rules) => <EventRuleTable rules={rules} onRemove={setRemoving} />}
        </Listed>
      </div>
      <Remove rule={removing} onClose={() => setRemoving(null)} />
    </>
  );
}

function NoRule({ isSearch }: { readonly isSearch: boolean }): ReactNode {
  const mayCreate = useMay('putEventRule');
  if (isSearch) return <Empty title={ruleStrings.noneFound} />;
  return (
    <Empty title={text.none} hint={text.noneHint}>
      {mayCreate ? (
        <LinkButton to="/alert-rules/event/create" variant="light">
          {text.create}
        </LinkButton>
      ) : null}
    </Empty>
  );
}

interface TableProps {
  readonly onRemove: (rule: EventRule) => void;
}

function EventRuleTable({ rules, onRemove }: TableProps & { readonly rules: readonly EventRule[] }): ReactNode {
  return (
    <PlainTable columns={Object.values(text.columns)}>
      {rules.map((rule) => (
        <EventRuleRow key={rule.ruleId} rule={rule} onRemove={onRemove} />
      ))}
    </PlainTable>
  );
}

function EventRuleRow({ rule, onRemove }: TableProps & { readonly rule: EventRule }): ReactNode {
  return (
    <tr>
      <td className="col-wide">
        <strong>
          <Cut className="cut-2">{rule.ruleName}</Cut>
        </strong>
        <Cut className="quiet small">{rule.ruleId}</Cut>
      </td>
      <td className="col-wider">
        <Matches rule={rule} />
      </td>
      <td className="col-wide">
        <Cut>{rule.contactGroups.join(', ') || ruleStrings.nobody}</Cut>
        {rule.warnings.length === 0 ? null : (
          <Cut className="cut-2 small tone-amber">{rule.warnings.map((warning) => warning.message).join(' ')}</Cut>
        )}
        <Cut className="cut-2 quiet small">
          {rule.silenceTime === 0 ? text.every : text.silent(secondsText(rule.silenceTime))}
        </Cut>
      </td>
      <td>
        <Badge tone={rule.enabled ? 'green' : 'plain'}>
          {rule.enabled ? ruleStrings.enabled : ruleStrings.disabled}
        </Badge>
      </td>
      <td>
        <EventRuleActions rule={rule} onRemove={onRemove} />
      </td>
    </tr>
  );
}

/** What an event has to pass; what lets everything pass is not named. */
function Matches({ rule }: { readonly rule: EventRule }): ReactNode {
  const filters = [
    rule.types.length > 0 ? `${text.types}: ${rule.types.join(', ')}` : '',
    rule.statuses.length > 0 ? `${text.statuses}: ${rule.statuses.join(', ')}` : '',
    rule.keyword === null ? '' : `${text.keyword}: ${rule.keyword}`,
  ].filter((filter) => filter !== '');
  const what = [rule.product, rule.names.join(', ')].filter((part) => part !== null && part !== '').join(' · ');
  const isEvery = what === '' && filters.length === 0 && rule.levels.length === 0;
  return (
    <>
      {what === '' && !isEvery ? null : <Cut className="cut-2">{what === '' ? text.everyEvent : what}</Cut>}
      {filters.length === 0 ? null : <Cut className="cut-2 quiet small">{filters.join(' · ')}</Cut>}
      {rule.levels.length === 0 ? null : (
        <div className="level-line">
          {rule.levels.map((level) => (
            <LevelBadge key={level} level={level} />
          ))}
        </div>
      )}
    </>
  );
}

const NAME_SHOWN = 80;

function Remove({ rule, onClose }: { readonly rule: EventRule | null; readonly onClose: () => void }): ReactNode {
  const remove = useDeleteEventRule();
  const close = (): void => {
    onClose();
    remove.reset();
  };
  const removed = (): void => {
    notifications.show({ message: ruleStrings.removed });
    close();
  };
  return (
    <Confirm
      title={rule === null ? null : ruleStrings.removeSure(rule.ruleName.slice(0, NAME_SHOWN))}
      action={ruleStrings.remove}
      isPending={remove.isPending}
      error={remove.error}
      onClose={close}
      onConfirm={() => rule !== null && remove.mutate(rule, { onSuccess: removed })}
    >
      {text.removeHint}
    </Confirm>
  );
}
