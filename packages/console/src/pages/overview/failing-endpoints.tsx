import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Badge } from '../../components/badges.tsx';
import { Cut } from '../../components/cut.tsx';
import { Empty } from '../../components/empty.tsx';
import { LinkText } from '../../components/links.tsx';
import { Time } from '../../components/time.tsx';
import { type EndpointStanding, failingEndpoints, useDelivery } from '../../data/deliveries.ts';
import type { Attempt, Delivery } from '../../data/types.ts';
import { endpointText } from '../../data/words.ts';
import { strings } from '../../strings.ts';

const text = strings.overview;
const SHOWN = 10;

/** Endpoints that do not take what is sent: what they said, and what to do. */
export function FailingEndpoints({ deliveries }: { readonly deliveries: readonly Delivery[] }): ReactNode {
  const failing = failingEndpoints(deliveries).slice(0, SHOWN);
  if (failing.length === 0) return <Empty title={deliveries.length === 0 ? text.nothingSent : text.failingNone} />;
  return (
    <ul className="rows">
      {failing.map((standing) => (
        <li key={standing.endpoint} className="inside">
          <FailingEndpoint standing={standing} />
        </li>
      ))}
    </ul>
  );
}

function FailingEndpoint({ standing }: { readonly standing: EndpointStanding }): ReactNode {
  const { latest, endpoint, channel, failed } = standing;
  const { data } = useDelivery(latest.deliveryId);
  const attempt = lastEnded(data?.attempts ?? []);
  return (
    <>
      <div className="card-head">
        <strong>
          <Cut>{endpointText(endpoint)}</Cut>
        </strong>
        <Badge tone="red" symbol="✕">
          {channel}
        </Badge>
      </div>
      {attempt === null ? null : (
        <>
          <Text size="sm">{attempt.error ?? attempt.outcome}</Text>
          <Text size="sm">{remedyOf(attempt)}</Text>
        </>
      )}
      <Text size="sm" c="dimmed" mt={4}>
        {text.failingCount(failed)} ·{' '}
        <LinkText to="/deliveries/$deliveryId" params={{ deliveryId: latest.deliveryId }} size="sm">
          {text.latest}
        </LinkText>{' '}
        <Time ms={latest.createdAt} />
      </Text>
    </>
  );
}

const lastEnded = (attempts: readonly Attempt[]): Attempt | null =>
  attempts.filter((attempt) => attempt.outcome !== null && attempt.outcome !== 'accepted').at(-1) ?? null;

/** What a person can do about it; an outcome that a later channel brings has words of its own in `error`. */
function remedyOf({ outcome }: Attempt): string {
  const remedies: Readonly<Record<string, string>> = strings.remedies;
  return remedies[outcome ?? 'other'] ?? strings.remedies.other;
}
