import { Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { LevelBadge } from '../../components/badges.tsx';
import { Cut } from '../../components/cut.tsx';
import { Bytes, Facts } from '../../components/facts.tsx';
import { LinkText } from '../../components/links.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { type EventDetail, type EventItem, useEvent } from '../../data/events.ts';
import { strings } from '../../strings.ts';
import { eventStrings as text } from '../../strings-events.ts';

interface RowProps {
  readonly event: EventItem;
  readonly nameOf: (ruleId: string) => string;
}

/** One event, opened by a click: what it says, and what each rule that matched made of it. */
export function EventRow({ event, nameOf }: RowProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="row">
        <span className="row-mark">
          <LevelBadge level={event.level} />
        </span>
        <span className="row-what">
          <strong>
            <Cut>{event.name}</Cut>
          </strong>
          <Cut className="quiet small">{`${event.product} · ${event.type} · ${event.status}`}</Cut>
        </span>
        <span className="row-value">
          <Cut>{event.instanceName ?? event.resourceId ?? text.noResource}</Cut>
          <Cut className="quiet small">
            {event.instanceName === null || event.resourceId === null ? '' : event.resourceId}
          </Cut>
        </span>
        <span className="row-when">
          <Time ms={event.timestamp} />
        </span>
      </summary>
      {isOpen ? <Inside event={event} nameOf={nameOf} /> : null}
    </details>
  );
}

function Inside({ event, nameOf }: RowProps): ReactNode {
  const { data, error } = useEvent(event.eventId, true);
  const content = typeof event.content === 'string' ? event.content : JSON.stringify(event.content, null, 2);
  return (
    <div className="inside">
      <p className="inside-title">{text.outcomes}</p>
      <ProblemNote error={error} />
      {data === undefined ? (
        <Text size="sm">{error === null ? strings.loading : ''}</Text>
      ) : (
        <Outcomes of={data.outcomes} nameOf={nameOf} />
      )}
      <Facts
        of={[
          [text.product, event.product],
          [text.type, event.type],
          [text.status, event.status],
          [text.resource, event.resourceId],
          [text.instance, event.instanceName],
          [text.happened, <Time key="happened" ms={event.timestamp} />],
          [text.stored, <Time key="stored" ms={event.createdAt} />],
          [
            text.eventId,
            <span key="id" className="mono">
              {event.eventId}
            </span>,
          ],
        ]}
      />
      <Text size="sm" c="dimmed" mt="md" mb={4}>
        {text.content}
      </Text>
      <Bytes label={text.contentLabel}>{content}</Bytes>
    </div>
  );
}

function Outcomes({ of, nameOf }: { readonly of: EventDetail['outcomes'] } & Pick<RowProps, 'nameOf'>): ReactNode {
  if (of.length === 0)
    return (
      <Text size="sm" mb="md">
        {text.outcomesNone}
      </Text>
    );
  return (
    <ul className="outcomes">
      {of.map((outcome) => (
        <li key={outcome.transitionId} className="outcome">
          <LinkText to="/alert-rules/event/rule/$ruleId" params={{ ruleId: outcome.ruleId }} className="outcome-rule">
            <Cut>{nameOf(outcome.ruleId)}</Cut>
          </LinkText>
          <span>
            {outcome.suppressed === null
              ? text.forwarded(outcome.deliveryIds.length)
              : text.held(strings.suppressions[outcome.suppressed] ?? outcome.suppressed)}
          </span>
          {outcome.deliveryIds.map((deliveryId, index) => (
            <LinkText key={deliveryId} to="/deliveries/$deliveryId" params={{ deliveryId }}>
              {text.delivery(index + 1)}
            </LinkText>
          ))}
        </li>
      ))}
    </ul>
  );
}
