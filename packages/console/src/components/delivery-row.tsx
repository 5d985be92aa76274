import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Delivery } from '../data/types.ts';
import { endpointText } from '../data/words.ts';
import { strings } from '../strings.ts';
import { Badge, DeliveryBadge, LevelBadge } from './badges.tsx';
import { Cut } from './cut.tsx';
import { Time } from './time.tsx';

/** One delivery: what became of it, where it went, what it said. */
export function DeliveryRow(props: { readonly delivery: Delivery; readonly ruleName: string }): ReactNode {
  const { delivery, ruleName } = props;
  return (
    <Link to="/deliveries/$deliveryId" params={{ deliveryId: delivery.deliveryId }} className="row">
      <span className="row-mark">
        <DeliveryBadge state={delivery.state} />
      </span>
      <span className="row-what">
        <strong>
          <Cut>{endpointText(delivery.endpoint)}</Cut>
        </strong>
        <span className="with-badge">
          <Badge tone="plain">{strings.deliveries.channels[delivery.channel]}</Badge>
          <Cut className="quiet small">{ruleName}</Cut>
        </span>
      </span>
      <span className="row-value">
        <LevelBadge level={delivery.triggerLevel} />
      </span>
      <span className="row-when">
        <Time ms={delivery.createdAt} />
        <br /> <span className="only-narrow">· </span>
        {strings.deliveries.attempts(delivery.judgedAttempts)}
      </span>
    </Link>
  );
}
