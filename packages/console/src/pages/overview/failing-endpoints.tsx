import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Badge } from '../../components/badges.tsx';
import { Cut } from '../../components/cut.tsx';
import { Empty } from '../../components/empty.tsx';
import { LinkText } from '../../components/links.tsx';
import { Time } from '../../components/time.tsx';
import { type Endpoint, useEndpoints } from '../../data/endpoints.ts';
import { durationText, endpointText } from '../../data/words.ts';
import { strings } from '../../strings.ts';

const text = strings.overview;
const SHOWN = 10;

/** Endpoints that do not take what is sent: since when, what they said, what to do, and what waits for them. */
export function FailingEndpoints(): ReactNode {
  const { data, dataUpdatedAt } = useEndpoints();
  if (data === undefined) return <Text p="lg">{strings.loading}</Text>;
  const troubled = data.items.filter((endpoint) => endpoint.state === 'failing' || endpoint.state === 'waiting');
  if (data.items.length === 0) return <Empty title={text.nothingSent} hint={text.nothingSentHint} />;
  if (troubled.length === 0) return <Empty title={text.failingNone} />;
  return (
    <>
      <ul className="rows">
        {troubled.slice(0, SHOWN).map((endpoint) => (
          <li key={endpoint.latestDeliveryId} className="inside">
            <FailingEndpoint endpoint={endpoint} now={dataUpdatedAt} />
          </li>
        ))}
      </ul>
      {troubled.length <= SHOWN ? null : (
        <Text p="md" size="sm" c="dimmed">
          {text.failingMore(data.failing + data.waiting - SHOWN)}
        </Text>
      )}
    </>
  );
}

function FailingEndpoint({ endpoint, now }: { readonly endpoint: Endpoint; readonly now: number }): ReactNode {
  const { failingSince, waitingUntil, oldestQueuedAt } = endpoint;
  const isFailing = endpoint.state === 'failing';
  return (
    <>
      <div className="card-head">
        <span className="with-badge">
          <Badge tone="plain">{strings.deliveries.channels[endpoint.channel]}</Badge>
          <strong>
            <Cut>{endpointText(endpoint.endpoint)}</Cut>
          </strong>
        </span>
        <Badge tone={isFailing ? 'red' : 'amber'} symbol={isFailing ? '✕' : '…'}>
          {isFailing ? text.fails : text.waits}
        </Badge>
      </div>
      <Text size="sm">{endpoint.lastError ?? text.budget}</Text>
      {endpoint.hint === null ? null : <Text size="sm">{endpoint.hint}</Text>}
      <div className="endpoint-facts quiet small">
        {failingSince === null ? null : (
          <span>
            {text.failsSince} <Time ms={failingSince} />
          </span>
        )}
        {waitingUntil === null ? null : (
          <span>
            {text.waitsUntil} <Time ms={waitingUntil} />
          </span>
        )}
        {oldestQueuedAt === null ? null : (
          <span>{text.queuedAt(endpoint.queued, durationText(Math.max(0, now - oldestQueuedAt)))}</span>
        )}
        <LinkText to="/deliveries/$deliveryId" params={{ deliveryId: endpoint.latestDeliveryId }} size="sm">
          {text.latest}
        </LinkText>
        <LinkText to="/deliveries" search={{ endpoint: endpoint.endpoint }} size="sm">
          {text.allOfIt}
        </LinkText>
      </div>
    </>
  );
}
