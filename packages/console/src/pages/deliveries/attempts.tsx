import { remedyOf } from '@cloudbell/core/notify/remedy.ts';
import type { ReactNode } from 'react';
import { Badge } from '../../components/badges.tsx';
import { Empty } from '../../components/empty.tsx';
import { Bytes } from '../../components/facts.tsx';
import { Time } from '../../components/time.tsx';
import type { Attempt, Delivery } from '../../data/types.ts';
import { countText } from '../../data/words.ts';
import { strings } from '../../strings.ts';

const text = strings.deliveries;

/** Every attempt as the ledger has it: when, how long, what came of it, and what was answered. */
export function Attempts(props: { readonly of: readonly Attempt[]; readonly channel: Delivery['channel'] }): ReactNode {
  const { of, channel } = props;
  if (of.length === 0) return <Empty title={text.triesNone} />;
  return (
    <div className="scroll-x">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col" className="is-number">
              {text.number}
            </th>
            <th scope="col">{text.started}</th>
            <th scope="col" className="is-number">
              {text.took}
            </th>
            <th scope="col">{text.outcome}</th>
          </tr>
        </thead>
        {of.map((attempt) => (
          <tbody key={attempt.attemptId}>
            <AttemptRow attempt={attempt} />
            <SaidRow attempt={attempt} channel={channel} />
          </tbody>
        ))}
      </table>
    </div>
  );
}

function AttemptRow({ attempt }: { readonly attempt: Attempt }): ReactNode {
  const isUnjudged = attempt.outcome !== null && attempt.number === null;
  return (
    <tr>
      <td className="is-number">{attempt.number ?? strings.none}</td>
      <td>
        <Time ms={attempt.startedAt} />
      </td>
      <td className="is-number">{attempt.durationMs === null ? strings.none : `${tookText(attempt.durationMs)} ms`}</td>
      <td>
        <Outcome attempt={attempt} />{' '}
        {attempt.status === null ? null : <span className="number">{attempt.status}</span>}{' '}
        {isUnjudged ? <span className="quiet small">{text.unjudged}</span> : null}
      </td>
    </tr>
  );
}

/** What went wrong, and what was answered: below, over the whole width, where a telephone shows it too. */
function SaidRow({
  attempt,
  channel,
}: {
  readonly attempt: Attempt;
  readonly channel: Delivery['channel'];
}): ReactNode {
  const { outcome, status } = attempt;
  const remedy = outcome === null ? null : remedyOf({ channel, outcome, status });
  const hasAnswer = attempt.answer !== null && attempt.answer !== '';
  if (attempt.error === null && !hasAnswer) return null;
  return (
    <tr className="is-below">
      <td />
      <td colSpan={3}>
        {attempt.error === null ? null : <div>{attempt.error}</div>}
        {remedy === null ? null : <div className="quiet">{remedy}</div>}
        {hasAnswer ? <Bytes label={text.answerOf}>{attempt.answer ?? ''}</Bytes> : null}
      </td>
    </tr>
  );
}

const tookText = (ms: number): string => (ms < 10 ? ms.toFixed(1) : countText(ms));

function Outcome({ attempt }: { readonly attempt: Attempt }): ReactNode {
  if (attempt.outcome === null) return <Badge tone="blue">{text.underWay}</Badge>;
  return attempt.outcome === 'accepted' ? (
    <Badge tone="green" symbol="✓">
      {attempt.outcome}
    </Badge>
  ) : (
    <Badge tone={attempt.number === null ? 'plain' : 'red'} symbol={attempt.number === null ? '–' : '✕'}>
      {attempt.outcome}
    </Badge>
  );
}
