import type { ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { createAddressPolicy } from '../../base/address-policy.ts';
import { systemClock } from '../../base/clock.ts';
import { hmacBase64 } from '../../base/digest.ts';
import type { Channel } from '../../ports/channel.ts';
import { createResolver } from '../http/resolver.ts';
import { type CallbackChannelOptions, createCallbackChannel } from './channel.ts';

/** A channel and deliveries for tests, with everything that a test does not care about filled in. */
export const FIXTURE_SECRETS = { primary: 'whsec_Y2xvdWRiZWxsLXZlY3Rvci1zZWNyZXQtMDAwMDAx', previous: null };

export function fixtureChannel(changes: Partial<CallbackChannelOptions> = {}): Channel {
  return createCallbackChannel({
    clock: systemClock,
    policy: createAddressPolicy(['loopback']),
    secrets: () => FIXTURE_SECRETS,
    settingsOf: () => null,
    hmacBase64,
    userAgent: 'Cloudbell/0.0.0',
    resolver: createResolver({ clock: systemClock }),
    ...changes,
  });
}

export function fixtureDelivery(endpoint: string, changes: Partial<ClaimedDelivery> = {}): ClaimedDelivery {
  return {
    deliveryId: 'msg_0123456789abcdef0123456789abcdef',
    channel: 'callback',
    endpoint,
    lane: 'lane',
    body: new TextEncoder().encode('alertName=%E5%86%85%E5%AD%98&alertState=ALERT'),
    contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
    sequence: 1,
    alertId: 'a1',
    ruleId: 'r1',
    attemptId: 1,
    judgedAttempts: 0,
    replay: false,
    triggerLevel: 'WARN',
    createdAt: 0,
    ...changes,
  };
}
