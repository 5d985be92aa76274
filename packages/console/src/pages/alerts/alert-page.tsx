import { Button, Group, Alert as Note } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { conditionOf } from '../../components/alert-row.tsx';
import { AlertBadge } from '../../components/badges.tsx';
import { DeliveryRow } from '../../components/delivery-row.tsx';
import { Empty } from '../../components/empty.tsx';
import { Facts } from '../../components/facts.tsx';
import { LinkButton } from '../../components/links.tsx';
import { May } from '../../components/may.tsx';
import { More } from '../../components/more.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { TransitionRow } from '../../components/transition-row.tsx';
import { useAlert, useDismissAlert, useTransitions } from '../../data/alerts.ts';
import { useDeliveries } from '../../data/deliveries.ts';
import { isMissing } from '../../data/problem.ts';
import { type Rule, useRulesById } from '../../data/rules.ts';
import type { Alert } from '../../data/types.ts';
import { resourceText, valueText } from '../../data/words.ts';
import { strings } from '../../strings.ts';
import { AlertChart } from './alert-chart.tsx';
import { AcknowledgeButton, QuietNotes, SilenceMenu } from './alert-quiet.tsx';

const text = strings.alerts;

/** One alert: what it is, what it did, and what was sent for it. One that has ended still has its history. */
export function AlertPage(): ReactNode {
  const { alertId } = useParams({ from: '/alerts/$alertId' });
  const { data: alert, error } = useAlert(alertId);
  const steps = useTransitions({ alertId });
  const items = steps.data?.pages.flatMap((page) => page.items) ?? [];
  const ruleId = alert?.ruleId ?? items[0]?.ruleId;
  const rule = useRulesById().get(ruleId ?? '');
  const isLive = alert !== undefined && !isMissing(error);
  const title = rule?.ruleName ?? ruleId ?? text.title;
  return (
    <Page
      title={title}
      heading={
        <>
          <span className="title-text">{title}</span> {isLive ? <AlertBadge alert={alert} /> : null}
        </>
      }
      actions={isLive ? <Actions alert={alert} /> : null}
    >
      {isMissing(error) ? (
        <Note color="gray" title={text.ended}>
          {text.endedHint}
        </Note>
      ) : (
        <ProblemNote error={error} />
      )}
      {isLive ? <QuietNotes alert={alert} /> : null}
      {isLive ? (
        <Section title={text.facts}>
          <AlertFacts alert={alert} rule={rule} />
        </Section>
      ) : null}
      <AlertChart rule={rule} steps={items} />
      <Section title={text.transitions} isFlush>
        <ProblemNote error={steps.error} />
        <ul className="rows">
          {items.map((step) => (
            <li key={step.transitionId}>
              <TransitionRow transition={step} />
            </li>
          ))}
        </ul>
        {items.length === 0 ? <Empty title={steps.isPending ? strings.loading : text.historyNone} /> : null}
        <More list={steps} />
      </Section>
      <Sent alertId={alertId} ruleId={ruleId} ruleName={title} />
    </Page>
  );
}

function Actions({ alert }: { readonly alert: Alert }): ReactNode {
  const dismiss = useDismissAlert();
  return (
    <Group gap="sm">
      <May do="acknowledgeAlert">
        <AcknowledgeButton alert={alert} />
      </May>
      <May do="createSilence">
        <SilenceMenu alert={alert} />
      </May>
      <ProblemNote error={dismiss.error} />
      <LinkButton to="/alert-rules/rule/$ruleId" params={{ ruleId: alert.ruleId }} variant="default">
        <May do="putRule" otherwise={text.viewRule}>
          {text.edit}
        </May>
      </LinkButton>
      <May do="dismissAlert">
        <Button
          variant="default"
          title={text.dismissHint}
          loading={dismiss.isPending}
          onClick={() =>
            dismiss.mutate(alert.alertId, { onSuccess: () => notifications.show({ message: text.dismissed }) })
          }
        >
          {text.dismiss}
        </Button>
      </May>
    </Group>
  );
}

function AlertFacts({ alert, rule }: { readonly alert: Alert; readonly rule: Rule | undefined }): ReactNode {
  const counters = Object.entries(alert.counters).map(([level, count]) => `${level} ${count}`);
  return (
    <Facts
      of={[
        [text.value, alert.value === null ? text.noValue : valueText(alert.value)],
        [text.threshold, rule === undefined ? null : conditionOf(rule, alert.level)],
        [text.sinceFact, <Time key="since" ms={alert.since} />],
        [text.metric, `${alert.namespace} ${alert.metricName}`],
        [text.resource, resourceText(alert.dimensions)],
        [text.state, strings.states[alert.state]],
        [text.counters, counters.join(', ') || null],
        [text.notifiedLevel, alert.notifiedAt === null ? null : alert.notifiedLevel],
        [text.notifiedAt, alert.notifiedAt === null ? null : <Time key="at" ms={alert.notifiedAt} />],
        [text.rule, alert.ruleId],
        [
          text.transId,
          alert.transId === null ? null : (
            <span key="id" className="mono">
              {alert.transId}
            </span>
          ),
        ],
      ]}
    />
  );
}

/** Deliveries are asked for by rule: those of this alert among its latest are shown. */
function Sent(props: {
  readonly alertId: string;
  readonly ruleId: string | undefined;
  readonly ruleName: string;
}): ReactNode {
  const list = useDeliveries({ ruleId: props.ruleId }, 200);
  const items = (list.data?.pages.flatMap((page) => page.items) ?? []).filter((one) => one.alertId === props.alertId);
  return (
    <Section title={text.deliveries} isFlush>
      <ProblemNote error={list.error} />
      <ul className="rows">
        {items.map((delivery) => (
          <li key={delivery.deliveryId}>
            <DeliveryRow delivery={delivery} ruleName={props.ruleName} />
          </li>
        ))}
      </ul>
      {items.length === 0 ? <Empty title={list.isPending ? strings.loading : text.deliveriesNone} /> : null}
      <More list={list} />
    </Section>
  );
}
