import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { LinkButton } from '../../components/links.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { type EventRule, useEnableEventRule } from '../../data/event-rules.ts';
import { useMay } from '../../data/role.ts';
import { ruleStrings as text } from '../../strings-rules.ts';

/** What can be done to an event rule; whoever may not, can look at it. */
export function EventRuleActions(props: {
  readonly rule: EventRule;
  readonly onRemove: (rule: EventRule) => void;
}): ReactNode {
  const { rule, onRemove } = props;
  const enable = useEnableEventRule();
  const mayChange = useMay('putEventRule');
  const look = { size: 'compact-sm', variant: 'subtle', px: 6 } as const;
  const label = (action: string): string => text.actionOf(action, rule.ruleName.slice(0, 100));
  const flip = rule.enabled ? text.disable : text.enable;
  const flipped = rule.enabled ? text.savedDisabled : text.savedEnabled;
  return (
    <div className="actions">
      <LinkButton
        to="/alert-rules/event/rule/$ruleId"
        params={{ ruleId: rule.ruleId }}
        {...look}
        aria-label={label(mayChange ? text.modify : text.view)}
      >
        {mayChange ? text.modify : text.view}
      </LinkButton>
      {mayChange ? (
        <>
          <Button
            {...look}
            aria-label={label(flip)}
            loading={enable.isPending}
            onClick={() =>
              enable.mutate(
                { rule, enabled: !rule.enabled },
                { onSuccess: () => notifications.show({ message: flipped }) },
              )
            }
          >
            {flip}
          </Button>
          <LinkButton
            to="/alert-rules/event/create"
            search={{ copy: rule.ruleId }}
            {...look}
            aria-label={label(text.copy)}
          >
            {text.copy}
          </LinkButton>
          <Button {...look} className="danger" aria-label={label(text.remove)} onClick={() => onRemove(rule)}>
            {text.remove}
          </Button>
        </>
      ) : null}
      <ProblemNote error={enable.error} />
    </div>
  );
}
