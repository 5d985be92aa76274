import type { ReactNode } from 'react';
import { useAlerts } from '../../data/alerts.ts';
import { useEndpoints } from '../../data/endpoints.ts';
import { useRules } from '../../data/rules.ts';
import { useIngest } from '../../data/standing.ts';
import type { Delivery } from '../../data/types.ts';
import { countText, durationText } from '../../data/words.ts';
import { strings } from '../../strings.ts';

const text = strings.overview;

/** Four numbers: what fires, what arrived, what waits, what comes in. */
export function Tiles({ deliveries }: { readonly deliveries: readonly Delivery[] }): ReactNode {
  return (
    <div className="tiles">
      <FiringTile />
      <DeliveriesTile deliveries={deliveries} />
      <QueueTile />
      <IngestTile />
    </div>
  );
}

function Tile(props: { readonly title: string; readonly number: ReactNode; readonly below: ReactNode }): ReactNode {
  return (
    <section className="card" aria-label={props.title}>
      <div className="quiet small">{props.title}</div>
      <div className="tile-number">{props.number}</div>
      <div className="quiet small">{props.below}</div>
    </section>
  );
}

function FiringTile(): ReactNode {
  const { data } = useAlerts({ state: 'ALERT', limit: 1000 });
  const rules = useRules().data?.items ?? [];
  const count = data?.items.length ?? 0;
  const number = data === undefined ? strings.none : `${countText(count)}${data.next === null ? '' : '+'}`;
  const enabled = rules.filter((rule) => rule.enabled).length;
  return (
    <Tile
      title={text.firing}
      number={<span className={count > 0 ? 'tone-red' : ''}>{number}</span>}
      below={text.rules(enabled, rules.length)}
    />
  );
}

function DeliveriesTile({ deliveries }: { readonly deliveries: readonly Delivery[] }): ReactNode {
  const count = (state: Delivery['state']): number => deliveries.filter((one) => one.state === state).length;
  const exhausted = count('exhausted');
  const parts = [
    [count('pending') + count('sending'), strings.deliveries.states.pending],
    [exhausted, strings.deliveries.states.exhausted],
  ].filter(([number]) => number !== 0);
  const below = parts.map(([number, name]) => `${number} ${name}`).join(', ');
  return (
    <Tile
      title={text.health}
      number={
        deliveries.length === 0 ? (
          strings.none
        ) : (
          <span className={exhausted > 0 ? 'tone-red' : ''}>{`${count('delivered')} / ${deliveries.length}`}</span>
        )
      }
      below={
        deliveries.length === 0
          ? text.nothingSent
          : below || `${strings.deliveries.states.delivered} ${text.healthOf(deliveries.length)}`
      }
    />
  );
}

function QueueTile(): ReactNode {
  const { data, dataUpdatedAt } = useEndpoints();
  const items = data?.items ?? [];
  const queued = items.reduce((sum, endpoint) => sum + endpoint.queued, 0);
  const oldest = Math.min(...items.map((endpoint) => endpoint.oldestQueuedAt ?? Number.POSITIVE_INFINITY));
  const below = queued === 0 ? text.queueNone : text.queueOldest(durationText(Math.max(0, dataUpdatedAt - oldest)));
  return (
    <Tile
      title={text.queue}
      number={data === undefined ? strings.none : countText(queued)}
      below={data === undefined ? strings.loading : below}
    />
  );
}

function IngestTile(): ReactNode {
  const { data, isError } = useIngest();
  const rate = data?.perSecond ?? null;
  return (
    <Tile
      title={text.ingest}
      number={rate === null ? strings.none : rate < 10 ? rate.toFixed(1) : countText(rate)}
      below={isError ? text.ingestClosed : data === undefined ? strings.loading : text.ingestOf(countText(data.series))}
    />
  );
}
