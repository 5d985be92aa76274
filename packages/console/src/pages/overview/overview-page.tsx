import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { AlertRow } from '../../components/alert-row.tsx';
import { Empty } from '../../components/empty.tsx';
import { LinkButton, LinkText } from '../../components/links.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useAlerts } from '../../data/alerts.ts';
import { useDeliveries } from '../../data/deliveries.ts';
import { useRules, useRulesById } from '../../data/rules.ts';
import { strings } from '../../strings.ts';
import { ruleStrings } from '../../strings-rules.ts';
import { FailingEndpoints } from './failing-endpoints.tsx';
import { NotReady, Standing } from './standing.tsx';
import { Tiles } from './tiles.tsx';

const text = strings.overview;

/** The first look in the night: what fires, whether it reached anybody, and whether Cloudbell itself is well. */
export function OverviewPage(): ReactNode {
  const deliveries = useDeliveries({}, 200);
  const latest = deliveries.data?.pages[0]?.items ?? [];
  return (
    <Page title={text.title}>
      <NotReady />
      <Tiles deliveries={latest} />
      <Firing />
      <Section title={text.failing} isFlush>
        <ProblemNote error={deliveries.error} />
        <FailingEndpoints />
      </Section>
      <Section title={text.standing}>
        <Standing />
      </Section>
    </Page>
  );
}

const SHOWN = 20;

function Firing(): ReactNode {
  const { data, error, dataUpdatedAt } = useAlerts({ state: 'ALERT', limit: SHOWN });
  const rules = useRules();
  const byId = useRulesById();
  const items = data?.items ?? [];
  return (
    <Section title={text.firing} aside={<LinkText to="/alerts">{text.firingAll}</LinkText>} isFlush>
      <ProblemNote error={error} />
      {data === undefined ? (
        <Text p="lg">{strings.loading}</Text>
      ) : items.length > 0 ? (
        <ul className="rows">
          {items.map((alert) => (
            <li key={alert.alertId}>
              <AlertRow alert={alert} rule={byId.get(alert.ruleId)} now={dataUpdatedAt} />
            </li>
          ))}
        </ul>
      ) : rules.data?.items.length === 0 ? (
        <Empty title={text.noRules}>
          <LinkButton to="/alert-rules/create">{ruleStrings.create}</LinkButton>
        </Empty>
      ) : (
        <Empty title={text.firingNone} />
      )}
    </Section>
  );
}
