import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Badge } from '../../components/badges.tsx';
import { Cut } from '../../components/cut.tsx';
import { LinkText } from '../../components/links.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { Time } from '../../components/time.tsx';
import { useMay } from '../../data/role.ts';
import { useRuleNames } from '../../data/rule-names.ts';
import type { Silence } from '../../data/silences.ts';
import { resourceText } from '../../data/words.ts';
import { silenceStrings as text } from '../../strings-silences.ts';

interface TableProps {
  readonly onEnd: (silence: Silence) => void;
}

/** Silences with who asked for them and why. */
export function SilenceTable({ silences, onEnd }: TableProps & { readonly silences: readonly Silence[] }): ReactNode {
  return (
    <PlainTable columns={Object.values(text.columns)}>
      {silences.map((silence) => (
        <SilenceRow key={silence.silenceId} silence={silence} onEnd={onEnd} />
      ))}
    </PlainTable>
  );
}

const TONES = { active: 'amber', scheduled: 'blue', past: 'plain' } as const;

function SilenceRow({ silence, onEnd }: TableProps & { readonly silence: Silence }): ReactNode {
  const mayEnd = useMay('endSilence') && silence.state !== 'past';
  return (
    <tr>
      <td className="col-wide">
        <About silence={silence} />
      </td>
      <td className="no-wrap">
        <Time ms={silence.from} /> –
        <br />
        <Time ms={silence.until} />
      </td>
      <td className="col-wide">
        <Cut>{silence.who}</Cut>
        <Cut className="quiet small">{silence.why || text.noReason}</Cut>
        {silence.changedBy === silence.who ? null : (
          <Cut className="quiet small">{text.movedBy(silence.changedBy)}</Cut>
        )}
      </td>
      <td>
        <Badge tone={TONES[silence.state]}>{text.states[silence.state]}</Badge>
      </td>
      <td>
        <div className="actions">
          {mayEnd ? (
            <Button size="compact-sm" variant="subtle" px={6} onClick={() => onEnd(silence)}>
              {text.endNow}
            </Button>
          ) : null}
        </div>
      </td>
    </tr>
  );
}

function About({ silence: { by } }: { readonly silence: Silence }): ReactNode {
  const nameOf = useRuleNames();
  if ('dimensions' in by)
    return (
      <>
        <strong>
          <Cut>{resourceText(by.dimensions)}</Cut>
        </strong>
        <Cut className="cut-2 quiet small">{text.ofDimensions}</Cut>
      </>
    );
  if ('ruleId' in by)
    return (
      <>
        <strong>
          <LinkText to="/alert-rules/rule/$ruleId" params={{ ruleId: by.ruleId }} fw={600}>
            <Cut>{nameOf(by.ruleId)}</Cut>
          </LinkText>
        </strong>
        <Cut className="quiet small">{text.ofRule}</Cut>
      </>
    );
  return (
    <>
      <strong>
        <LinkText to="/alerts/$alertId" params={{ alertId: by.alertId }} fw={600}>
          <Cut>{text.ofAlert}</Cut>
        </LinkText>
      </strong>
      <Cut className="quiet small">{by.alertId}</Cut>
    </>
  );
}
