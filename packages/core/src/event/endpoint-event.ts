import type { ChannelName } from '../notify/delivery.ts';
import { durationText } from '../notify/notice.ts';
import { shownEndpoint } from '../notify/shown-endpoint.ts';
import type { ReportedEvent } from './event.ts';

/** An endpoint began to fail, or an attempt was accepted again. `since`: wall clock, ms, of the first of the failures. */
export interface EndpointTurn {
  readonly kind: 'began_failing' | 'recovered';
  readonly since: number;
}

/** What event rules select by. */
export const OWN_PRODUCT = 'Cloudbell';

/** Cloudbell's own word about an endpoint, as an event: forwarded by whatever event rules want it. */
export function endpointEvent(
  { kind, since }: EndpointTurn,
  about: { readonly channel: ChannelName; readonly endpoint: string; readonly error: string | null },
  now: number,
): ReportedEvent {
  const fails = kind === 'began_failing';
  const endpoint = shownEndpoint(about.endpoint).slice(0, ENDPOINT_LENGTH_MAX);
  const lasted = durationText(Math.max(0, now - since));
  const content = fails
    ? `The ${about.channel} ${endpoint} takes nothing: ${about.error ?? 'the last attempts failed'}. Deliveries are tried on as ever.`
    : `The ${about.channel} ${endpoint} takes deliveries again, after ${lasted}.`;
  return {
    ...{ product: OWN_PRODUCT, type: 'Endpoint', level: fails ? 'CRITICAL' : 'INFO' },
    ...{ name: fails ? 'Endpoint:Failing' : 'Endpoint:Recovered', status: fails ? 'Failing' : 'Recovered' },
    ...{ content, resourceId: endpoint, instanceName: null, timestamp: now },
  };
}

/** A resource id may have 1024 bytes. */
const ENDPOINT_LENGTH_MAX = 300;
