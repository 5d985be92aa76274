import type { SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import type { AddressPolicy } from '../../base/address-policy.ts';
import type { Clock } from '../../base/clock.ts';
import { hmacBase64 } from '../../base/digest.ts';
import type { Random } from '../../base/random.ts';
import { createCallbackChannel } from '../../channel/callback/channel.ts';
import { createResolver } from '../../channel/http/resolver.ts';
import { Courier } from '../../deliver/courier.ts';
import type { CourierPort } from '../../ports/courier.ts';
import type { Outbox } from '../../ports/outbox.ts';
import { createLogger } from '../logger.ts';

export interface CourierSettings {
  readonly secrets: SigningSecrets;
  readonly policy: AddressPolicy;
  readonly userAgent: string;
  readonly answerBytesMax: number;
  readonly logLevel: string;
}

export interface CourierRoom {
  readonly courier: CourierPort;
  /** Claims nothing more, lets attempts under way end, records them. */
  close(): Promise<void>;
}

/** Opens the channels and starts the courier. Adding a channel is a folder in channel/ and a line here. */
export async function openCourierRoom(
  settings: CourierSettings,
  seams: { readonly clock: Clock; readonly random: Random; readonly outbox: Outbox },
): Promise<CourierRoom> {
  const callback = createCallbackChannel({
    clock: seams.clock,
    policy: settings.policy,
    secrets: () => settings.secrets,
    hmacBase64,
    userAgent: settings.userAgent,
    answerBytesMax: settings.answerBytesMax,
    resolver: createResolver({ clock: seams.clock }),
  });
  const courier = new Courier({
    ...seams,
    channels: new Map([[callback.name, callback]]),
    logger: createLogger(settings.logLevel, 'deliver'),
  });
  await courier.start();
  return {
    courier,
    close: async () => {
      await courier.stop();
      await callback.close();
    },
  };
}
