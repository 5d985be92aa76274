import { NOTIFICATION_CONTENT_TYPE } from '@cloudbell/core/notify/message-body.ts';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { DeliveryBadge, LevelBadge } from '../../components/badges.tsx';
import { Bytes, Facts } from '../../components/facts.tsx';
import { LinkText } from '../../components/links.tsx';
import { May } from '../../components/may.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { isFinal, useDelivery, useReplay } from '../../data/deliveries.ts';
import { useRuleNames } from '../../data/rule-names.ts';
import type { DeliveryDetail } from '../../data/types.ts';
import { endpointText } from '../../data/words.ts';
import { strings } from '../../strings.ts';
import { Attempts } from './attempts.tsx';

const text = strings.deliveries;

/** One delivery with every attempt and the bytes that were sent. */
export function DeliveryPage(): ReactNode {
  const { deliveryId } = useParams({ from: '/deliveries/$deliveryId' });
  const { data, error } = useDelivery(deliveryId);
  const replay = useReplay();
  if (data === undefined) {
    return <Page title={text.title}>{error === null ? strings.loading : <ProblemNote error={error} />}</Page>;
  }
  const send = (): void =>
    replay.mutate(deliveryId, { onSuccess: () => notifications.show({ message: text.replayed }) });
  return (
    <Page
      title={endpointText(data.endpoint)}
      heading={<Heading delivery={data} />}
      actions={
        <May do="replayDelivery">
          <Button
            variant="default"
            onClick={send}
            disabled={!isFinal(data)}
            loading={replay.isPending}
            title={text.replayHint}
          >
            {text.replay}
          </Button>
        </May>
      }
    >
      <ProblemNote error={replay.error} />
      <Section title={text.tries} isFlush>
        <Attempts of={data.attempts} channel={data.channel} />
      </Section>
      <Section title={text.facts}>
        <DeliveryFacts delivery={data} />
      </Section>
      <Section title={text.bytes(new TextEncoder().encode(data.body).length)} aside={data.contentType}>
        <Bytes label={text.bytesLabel}>{data.body}</Bytes>
      </Section>
    </Page>
  );
}

function Heading({ delivery }: { readonly delivery: DeliveryDetail }): ReactNode {
  return (
    <>
      <span className="title-text">{endpointText(delivery.endpoint)}</span> <DeliveryBadge state={delivery.state} />
    </>
  );
}

/** What is sent for an event has no alert to look at. */
function isOfEvent({ contentType, body }: DeliveryDetail): boolean {
  if (contentType !== NOTIFICATION_CONTENT_TYPE) return false;
  try {
    return (JSON.parse(body) as { kind?: unknown }).kind === 'event';
  } catch {
    return false;
  }
}

function DeliveryFacts({ delivery }: { readonly delivery: DeliveryDetail }): ReactNode {
  const nameOf = useRuleNames();
  return (
    <Facts
      of={[
        [strings.alerts.rule, nameOf(delivery.ruleId)],
        [text.level, <LevelBadge key="level" level={delivery.triggerLevel} />],
        [
          text.alert,
          isOfEvent(delivery) ? (
            <LinkText key="event" to="/events">
              {text.seeEvents}
            </LinkText>
          ) : (
            <LinkText key="alert" to="/alerts/$alertId" params={{ alertId: delivery.alertId }}>
              {text.seeAlert}
            </LinkText>
          ),
        ],
        [text.channel, text.channels[delivery.channel]],
        [
          text.endpoint,
          <span key="endpoint" className="mono">
            {delivery.endpoint}
          </span>,
        ],
        [
          text.id,
          <span key="id" className="mono">
            {delivery.deliveryId}
          </span>,
        ],
        [text.created, <Time key="created" ms={delivery.createdAt} />],
        [text.settled, delivery.settledAt === null ? null : <Time key="settled" ms={delivery.settledAt} />],
        [text.next, delivery.nextAttemptAt === null ? undefined : <Time key="next" ms={delivery.nextAttemptAt} />],
      ]}
    />
  );
}
