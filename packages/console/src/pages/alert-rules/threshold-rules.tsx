import { escalationsOf } from '@cloudbell/core/rule/rule.ts';
import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { Badge, LevelBadge } from '../../components/badges.tsx';
import { Cut } from '../../components/cut.tsx';
import { Empty } from '../../components/empty.tsx';
import { LinkButton } from '../../components/links.tsx';
import { Listed } from '../../components/listed.tsx';
import { May } from '../../components/may.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useSearchField } from '../../components/search-field.tsx';
import { type Rule, useEnableRule, useRules } from '../../data/rules.ts';
import { conditionText, endpointText, secondsText } from '../../data/words.ts';
import { ruleStrings as text } from '../../strings-rules.ts';
import { EndRule, type RuleEnding } from './end-rule.tsx';

/** The tab Threshold Value Alert: every rule with what can be done to it. */
export function ThresholdRules(): ReactNode {
  const { search, field } = useSearchField(text.search);
  const { data, error } = useRules(search);
  const [ending, setEnding] = useState<RuleEnding | null>(null);
  return (
    <>
      {field}
      <ProblemNote error={error} />
      <div className="card is-flush">
        <Listed items={data?.items} empty={<NoRule isSearch={search !== ''} />}>
          {(rules) => <RuleTable rules={rules} onEnd={setEnding} />}
        </Listed>
      </div>
      {data?.next ? (
        <Text size="sm" c="dimmed" mt="sm">
          {text.moreThanShown(data.items.length)}
        </Text>
      ) : null}
      <EndRule ending={ending} onClose={() => setEnding(null)} />
    </>
  );
}

function NoRule({ isSearch }: { readonly isSearch: boolean }): ReactNode {
  if (isSearch) return <Empty title={text.noneFound} />;
  return (
    <Empty title={text.none} hint={text.noneHint}>
      <May do="putRule">
        <LinkButton to="/alert-rules/create" variant="light">
          {text.create}
        </LinkButton>
      </May>
    </Empty>
  );
}

function RuleTable(props: {
  readonly rules: readonly Rule[];
  readonly onEnd: (ending: RuleEnding) => void;
}): ReactNode {
  return (
    <PlainTable columns={Object.values(text.columns)}>
      {props.rules.map((rule) => (
        <RuleRow key={rule.ruleId} rule={rule} onEnd={props.onEnd} />
      ))}
    </PlainTable>
  );
}

function RuleRow({ rule, onEnd }: { readonly rule: Rule; readonly onEnd: (ending: RuleEnding) => void }): ReactNode {
  const watched = rule.resources.length === 0 ? text.everyResource : text.resources(rule.resources.length);
  return (
    <tr>
      <td className="col-wide">
        <strong>
          <Cut className="cut-2">{rule.ruleName}</Cut>
        </strong>
        <Cut className="quiet small">{rule.ruleId}</Cut>
      </td>
      <td className="col-wider">
        <Cut>{rule.metricName}</Cut>
        <Cut className="quiet small">{`${rule.namespace} · ${watched} · ${text.over(secondsText(rule.period))}`}</Cut>
        {escalationsOf(rule as Parameters<typeof escalationsOf>[0]).map(([level, escalation]) => (
          <div key={level} className="level-line">
            <LevelBadge level={level} />
            <span className="number">{conditionText(escalation)}</span>
          </div>
        ))}
      </td>
      <td className="col-wide">
        <Cut>{rule.webhook === null ? '' : endpointText(rule.webhook)}</Cut>
        <Cut className="quiet small">{rule.contactGroups.join(', ') || (rule.webhook === null ? text.nobody : '')}</Cut>
      </td>
      <td>
        <Badge tone={rule.enabled ? 'green' : 'plain'}>{rule.enabled ? text.enabled : text.disabled}</Badge>
      </td>
      <td>
        <May do="putRule" otherwise={<View rule={rule} />}>
          <Actions rule={rule} onEnd={onEnd} />
        </May>
      </td>
    </tr>
  );
}

/** For who may only look. */
function View({ rule }: { readonly rule: Rule }): ReactNode {
  return (
    <LinkButton
      to="/alert-rules/rule/$ruleId"
      params={{ ruleId: rule.ruleId }}
      size="compact-sm"
      variant="subtle"
      px={6}
      aria-label={text.actionOf(text.view, rule.ruleName.slice(0, 100))}
    >
      {text.view}
    </LinkButton>
  );
}

function Actions({ rule, onEnd }: { readonly rule: Rule; readonly onEnd: (ending: RuleEnding) => void }): ReactNode {
  const enable = useEnableRule();
  const look = { size: 'compact-sm', variant: 'subtle', px: 6 } as const;
  const label = (action: string): string => text.actionOf(action, rule.ruleName.slice(0, 100));
  return (
    <div className="actions">
      <LinkButton
        to="/alert-rules/rule/$ruleId"
        params={{ ruleId: rule.ruleId }}
        {...look}
        aria-label={label(text.modify)}
      >
        {text.modify}
      </LinkButton>
      {rule.enabled ? (
        <Button {...look} aria-label={label(text.disable)} onClick={() => onEnd({ kind: 'disable', rule })}>
          {text.disable}
        </Button>
      ) : (
        <Button
          {...look}
          aria-label={label(text.enable)}
          loading={enable.isPending}
          onClick={() => enable.mutate(rule, { onSuccess: () => notifications.show({ message: text.savedEnabled }) })}
        >
          {text.enable}
        </Button>
      )}
      <LinkButton to="/alert-rules/create" search={{ copy: rule.ruleId }} {...look} aria-label={label(text.copy)}>
        {text.copy}
      </LinkButton>
      <Button
        {...look}
        className="danger"
        aria-label={label(text.remove)}
        onClick={() => onEnd({ kind: 'delete', rule })}
      >
        {text.remove}
      </Button>
      <ProblemNote error={enable.error} />
    </div>
  );
}
