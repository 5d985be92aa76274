import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Badge } from '../../components/badges.tsx';
import { Cut } from '../../components/cut.tsx';
import { Empty } from '../../components/empty.tsx';
import { LinkText } from '../../components/links.tsx';
import { Page } from '../../components/page.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { type Endpoint, useEndpoints } from '../../data/endpoints.ts';
import { durationText, endpointText } from '../../data/words.ts';
import { strings } from '../../strings.ts';
import { endpointStrings as text } from '../../strings-endpoints.ts';
import { SettingsSection } from './settings-section.tsx';

/** Where notifications go, how each receiver is doing, and what single ones want otherwise. */
export function EndpointsPage(): ReactNode {
  const { data, error } = useEndpoints();
  return (
    <Page title={text.title}>
      <Text mb="md">{text.intro}</Text>
      <ProblemNote error={error} />
      <div className="card is-flush">
        {data === undefined ? (
          <Text p="lg">{strings.loading}</Text>
        ) : data.items.length === 0 ? (
          <Empty title={text.none} hint={text.noneHint} />
        ) : (
          <EndpointTable endpoints={data.items} />
        )}
      </div>
      <SettingsSection />
    </Page>
  );
}

function EndpointTable({ endpoints }: { readonly endpoints: readonly Endpoint[] }): ReactNode {
  return (
    <PlainTable columns={Object.values(text.columns)} label={text.title}>
      {endpoints.map((endpoint) => (
        <tr key={endpoint.latestDeliveryId}>
          <td className="col-wide">
            <Badge tone="plain">{strings.deliveries.channels[endpoint.channel]}</Badge>{' '}
            <LinkText to="/deliveries" search={{ endpoint: endpoint.endpoint }}>
              <Cut>{endpointText(endpoint.endpoint)}</Cut>
            </LinkText>
          </td>
          <td>
            <State endpoint={endpoint} />
          </td>
          <td>{endpoint.failureRatio === null ? text.unknown : `${Math.round(endpoint.failureRatio * 100)}\u00a0%`}</td>
          <td>{latencyText(endpoint)}</td>
          <td>{text.queued(endpoint.queued, endpoint.drainMs === null ? null : durationText(endpoint.drainMs))}</td>
          <td>{endpoint.lastSuccessAt === null ? text.unknown : <Time ms={endpoint.lastSuccessAt} />}</td>
        </tr>
      ))}
    </PlainTable>
  );
}

const TONES = {
  failing: ['red', '✕'],
  waiting: ['amber', '…'],
  well: ['green', '✓'],
  untried: ['plain', '–'],
} as const;

function State({ endpoint: { state } }: { readonly endpoint: Endpoint }): ReactNode {
  const [tone, symbol] = TONES[state];
  return (
    <Badge tone={tone} symbol={symbol}>
      {text.states[state]}
    </Badge>
  );
}

function latencyText({ latencyP50Ms, latencyP99Ms }: Endpoint): string {
  if (latencyP50Ms === null || latencyP99Ms === null) return text.unknown;
  return `${durationText(latencyP50Ms)}, ${durationText(latencyP99Ms)}`;
}
