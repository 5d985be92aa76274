import { SegmentedControl, Tabs, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { AlertRow } from '../../components/alert-row.tsx';
import { Empty } from '../../components/empty.tsx';
import { More } from '../../components/more.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { TransitionRow } from '../../components/transition-row.tsx';
import { type AlertState, useAlerts, useTransitions } from '../../data/alerts.ts';
import { useRuleNames } from '../../data/rule-names.ts';
import { useRulesById } from '../../data/rules.ts';
import { strings } from '../../strings.ts';

const text = strings.alerts;
const route = getRouteApi('/alerts');

/** What fires now, and what alerts did. Where one is stands in the address, so that it can be sent to somebody. */
export function AlertsPage(): ReactNode {
  const { tab = 'now' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title={text.title}>
      <Tabs
        value={tab}
        onChange={(to) => void navigate({ search: to === 'history' ? { tab: 'history' } : {} })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="now">{text.now}</Tabs.Tab>
          <Tabs.Tab value="history">{text.history}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="now">
          <Now />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <History />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

const FILTERS = ['ALERT', 'INSUFFICIENT_DATA', 'OK', 'all'] as const;
type Filter = (typeof FILTERS)[number];

function Now(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = FILTERS.find((one) => one === search.state) ?? 'ALERT';
  const state: AlertState | undefined = filter === 'all' ? undefined : filter;
  const { data, error, dataUpdatedAt } = useAlerts({ state });
  const byId = useRulesById();
  return (
    <>
      <SegmentedControl
        mb="md"
        size="xs"
        aria-label={text.which}
        value={filter}
        onChange={(to: Filter) => void navigate({ search: to === 'ALERT' ? {} : { state: to } })}
        data={FILTERS.map((value) => ({ value, label: text.filters[value] }))}
      />
      <ProblemNote error={error} />
      <div className="card is-flush">
        {data === undefined ? (
          <Text p="lg">{strings.loading}</Text>
        ) : data.items.length === 0 ? (
          <Empty title={filter === 'ALERT' ? text.none : text.noneOf} hint={text.noneHint} />
        ) : (
          <ul className="rows">
            {data.items.map((alert) => (
              <li key={alert.alertId}>
                <AlertRow alert={alert} rule={byId.get(alert.ruleId)} now={dataUpdatedAt} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function History(): ReactNode {
  const list = useTransitions();
  const nameOf = useRuleNames();
  const items = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <ProblemNote error={list.error} />
      <div className="card is-flush">
        {items === undefined ? (
          <Text p="lg">{strings.loading}</Text>
        ) : items.length === 0 ? (
          <Empty title={text.historyNone} hint={text.historyHint} />
        ) : (
          <ul className="rows">
            {items.map((step) => (
              <li key={step.transitionId}>
                <TransitionRow transition={step} ruleName={nameOf(step.ruleId)} />
              </li>
            ))}
          </ul>
        )}
        <More list={list} />
      </div>
    </>
  );
}
