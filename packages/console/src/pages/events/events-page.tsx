import { LEVELS } from '@cloudbell/core/rule/rule.ts';
import { Button, NativeSelect, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Empty } from '../../components/empty.tsx';
import { LinkButton } from '../../components/links.tsx';
import { More } from '../../components/more.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useEvents } from '../../data/events.ts';
import { useRuleNames } from '../../data/rule-names.ts';
import { strings } from '../../strings.ts';
import { eventStrings as text } from '../../strings-events.ts';
import { EventRow } from './event-row.tsx';

const route = getRouteApi('/events');

/** Events as they were reported, and what each rule made of them. */
export function EventsPage(): ReactNode {
  const filter = route.useSearch();
  const list = useEvents(filter);
  const nameOf = useRuleNames();
  const items = list.data?.pages.flatMap((page) => page.items);
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Page
      title={text.title}
      actions={
        <LinkButton to="/alert-rules" search={{ tab: 'event' }} variant="default">
          {text.rules}
        </LinkButton>
      }
    >
      <Text mb="md">{text.intro}</Text>
      <Filters key={isFiltered ? 'some' : 'none'} />
      <ProblemNote error={list.error} />
      <div className="card is-flush">
        {items === undefined ? (
          <Text p="lg">{strings.loading}</Text>
        ) : items.length === 0 ? (
          isFiltered ? (
            <Empty title={text.noneFound} />
          ) : (
            <Empty title={text.none} hint={text.noneHint} />
          )
        ) : (
          <ul className="rows">
            {items.map((event) => (
              <li key={event.eventId}>
                <EventRow event={event} nameOf={nameOf} />
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
const TYPED = ['product', 'name', 'resourceId'] as const;

/** In the address, so that a filtered list can be sent to somebody. */
function Filters(): ReactNode {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState<Partial<Record<(typeof TYPED)[number], string>>>(filter);
  const set = (name: 'level' | (typeof TYPED)[number], value: string): void =>
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
        label={text.filters.level}
        value={filter.level ?? ''}
        onChange={({ currentTarget }) => set('level', currentTarget.value)}
        data={[{ value: '', label: text.filters.anyLevel }, ...LEVELS]}
      />
      {TYPED.map((name) => (
        <TextInput
          key={name}
          label={text.filters[name]}
          value={typed[name] ?? ''}
          onChange={({ currentTarget }) => {
            setTyped({ ...typed, [name]: currentTarget.value });
            setSoon(name, currentTarget.value.trim());
          }}
        />
      ))}
      {Object.keys(filter).length === 0 ? null : (
        <Button variant="default" onClick={() => void navigate({ search: {} })}>
          {text.clear}
        </Button>
      )}
    </div>
  );
}
