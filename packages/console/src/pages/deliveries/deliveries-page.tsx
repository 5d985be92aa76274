import { CHANNELS, DELIVERY_STATES } from '@cloudbell/core/notify/delivery.ts';
import { Button, NativeSelect, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { DeliveryRow } from '../../components/delivery-row.tsx';
import { Empty } from '../../components/empty.tsx';
import { More } from '../../components/more.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useDeliveries } from '../../data/deliveries.ts';
import { useRuleNames } from '../../data/rule-names.ts';
import { strings } from '../../strings.ts';

const text = strings.deliveries;
const route = getRouteApi('/deliveries');

/** The ledger: what was sent where, and what became of it. */
export function DeliveriesPage(): ReactNode {
  const filter = route.useSearch();
  const status = DELIVERY_STATES.find((state) => state === filter.status);
  const channel = CHANNELS.find((one) => one === filter.channel);
  const list = useDeliveries({ ...filter, status, channel });
  const nameOf = useRuleNames();
  const items = list.data?.pages.flatMap((page) => page.items);
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Page title={text.title}>
      <Filters key={isFiltered ? 'some' : 'none'} />
      <ProblemNote error={list.error} />
      <div className="card is-flush">
        {items === undefined ? (
          <Text p="lg">{strings.loading}</Text>
        ) : items.length === 0 ? (
          <Empty title={isFiltered ? text.noneFound : text.none} hint={text.noneHint} />
        ) : (
          <ul className="rows">
            {items.map((delivery) => (
              <li key={delivery.deliveryId}>
                <DeliveryRow delivery={delivery} ruleName={nameOf(delivery.ruleId)} />
              </li>
            ))}
          </ul>
        )}
        <More list={list} />
      </div>
    </Page>
  );
}

const TYPING_MS = 400;

/** In the address, so that a filtered list can be sent to somebody. */
function Filters(): ReactNode {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [ruleId, setRuleId] = useState(filter.ruleId ?? '');
  const [endpoint, setEndpoint] = useState(filter.endpoint ?? '');
  const set = (name: 'status' | 'channel' | 'ruleId' | 'endpoint', value: string): void =>
    void navigate({
      search: (before) => {
        const { [name]: _, ...others } = before;
        return value === '' ? others : { ...others, [name]: value };
      },
      replace: true,
    });
  const setSoon = useDebouncedCallback(set, TYPING_MS);
  return (
    <div className="two filters">
      <NativeSelect
        label={text.state}
        value={filter.status ?? ''}
        onChange={({ currentTarget }) => set('status', currentTarget.value)}
        data={[
          { value: '', label: text.anyState },
          ...DELIVERY_STATES.map((value) => ({ value, label: text.states[value] })),
        ]}
      />
      <NativeSelect
        label={text.channel}
        value={filter.channel ?? ''}
        onChange={({ currentTarget }) => set('channel', currentTarget.value)}
        data={[
          { value: '', label: text.anyChannel },
          ...CHANNELS.map((value) => ({ value, label: text.channels[value] })),
        ]}
      />
      <TextInput
        label={text.rule}
        value={ruleId}
        onChange={({ currentTarget }) => {
          setRuleId(currentTarget.value);
          setSoon('ruleId', currentTarget.value.trim());
        }}
      />
      <TextInput
        label={text.endpointFilter}
        value={endpoint}
        onChange={({ currentTarget }) => {
          setEndpoint(currentTarget.value);
          setSoon('endpoint', currentTarget.value.trim());
        }}
      />
      {Object.keys(filter).length === 0 ? null : (
        <Button variant="default" onClick={() => void navigate({ search: {} })}>
          {text.clear}
        </Button>
      )}
    </div>
  );
}
