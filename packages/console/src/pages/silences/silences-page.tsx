import { Button, SegmentedControl, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Confirm } from '../../components/confirm.tsx';
import { Empty } from '../../components/empty.tsx';
import { Listed } from '../../components/listed.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useMay } from '../../data/role.ts';
import { type Silence, useEndSilence, useSilences } from '../../data/silences.ts';
import { silenceStrings as text } from '../../strings-silences.ts';
import { SilenceModal } from './silence-modal.tsx';
import { SilenceTable } from './silence-table.tsx';

const route = getRouteApi('/silences');
const FILTERS = ['open', 'past', 'all'] as const;
type Filter = (typeof FILTERS)[number];

/** What is kept quiet, by whom, why, and until when. */
export function SilencesPage(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = FILTERS.find((one) => one === search.state) ?? 'open';
  const { data, error } = useSilences(filter === 'past' ? 'past' : undefined);
  const [isCreating, setCreating] = useState(false);
  const [ending, setEnding] = useState<Silence | null>(null);
  const mayCreate = useMay('createSilence');
  const items = data?.items.filter((silence) => filter !== 'open' || silence.state !== 'past');
  return (
    <Page
      title={text.title}
      actions={mayCreate ? <Button onClick={() => setCreating(true)}>{text.create}</Button> : null}
    >
      <Text mb="md">{text.intro}</Text>
      <SegmentedControl
        mb="md"
        size="xs"
        aria-label={text.which}
        value={filter}
        onChange={(to: Filter) => void navigate({ search: to === 'open' ? {} : { state: to } })}
        data={FILTERS.map((value) => ({ value, label: text.filters[value] }))}
      />
      <ProblemNote error={error} />
      <div className="card is-flush">
        <Listed
          items={items}
          empty={<Empty title={filter === 'past' ? text.noneOf : text.none} hint={text.noneHint} />}
        >
          {(silences) => <SilenceTable silences={silences} onEnd={setEnding} />}
        </Listed>
      </div>
      <SilenceModal isOpen={isCreating} onClose={() => setCreating(false)} />
      <End silence={ending} onClose={() => setEnding(null)} />
    </Page>
  );
}

function End({ silence, onClose }: { readonly silence: Silence | null; readonly onClose: () => void }): ReactNode {
  const end = useEndSilence();
  const close = (): void => {
    onClose();
    end.reset();
  };
  return (
    <Confirm
      title={silence === null ? null : text.endSure}
      action={text.endNow}
      isPending={end.isPending}
      error={end.error}
      onClose={close}
      onConfirm={() => silence !== null && end.mutate(silence.silenceId, { onSuccess: close })}
    >
      {text.endHint}
    </Confirm>
  );
}
