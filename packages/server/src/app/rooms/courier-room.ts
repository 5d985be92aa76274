import type { SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import { callbackSettingsAt } from '@cloudbell/core/notify/endpoint-settings.ts';
import type { CallbackProfile } from '@cloudbell/core/rule/rule.ts';
import type { AddressPolicy } from '../../base/address-policy.ts';
import type { Clock } from '../../base/clock.ts';
import { hmacBase64 } from '../../base/digest.ts';
import { watchEventLoop } from '../../base/event-loop-delay.ts';
import type { Random } from '../../base/random.ts';
import { timeText } from '../../base/time-text.ts';
import { createCallbackChannel } from '../../channel/callback/channel.ts';
import { createDingtalkChannel } from '../../channel/dingtalk/channel.ts';
import { createEmailChannel } from '../../channel/email/channel.ts';
import type { SmtpSettings } from '../../channel/email/config.ts';
import { createBeat } from '../../channel/http/beat.ts';
import { createResolver } from '../../channel/http/resolver.ts';
import { Courier } from '../../deliver/courier.ts';
import type { LastSeen } from '../../deliver/endpoint-health.ts';
import { SettingsBook } from '../../deliver/settings-book.ts';
import { createTestSender } from '../../deliver/test-sender.ts';
import type { Channel } from '../../ports/channel.ts';
import type { CourierPort } from '../../ports/courier.ts';
import type { EndpointSettingsStore } from '../../ports/endpoint-settings-store.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { RobotSecrets } from '../../ports/robot-secrets.ts';
import { createLogger } from '../logger.ts';

export interface CourierSettings {
  readonly secrets: SigningSecrets;
  /** Of callbacks sent as a test, where nobody says otherwise. */
  readonly callbackProfile: CallbackProfile;
  readonly policy: AddressPolicy;
  readonly userAgent: string;
  readonly answerBytesMax: number;
  /** Null: mails wait for a server. */
  readonly smtp: SmtpSettings | null;
  /** For links in messages, and the zone of the times in them. */
  readonly publicUrl: string;
  readonly timeZone: string;
  /** How endpoints were doing, by the ledger. */
  readonly lastSeen: readonly LastSeen[];
  readonly logLevel: string;
}

export interface CourierSeams {
  readonly clock: Clock;
  readonly random: Random;
  readonly outbox: Outbox;
  readonly robotSecrets: RobotSecrets;
  readonly endpointSettings: Pick<EndpointSettingsStore, 'allSettings'>;
}

export interface CourierRoom {
  readonly courier: CourierPort;
  /** Claims nothing more, lets attempts under way end, records them. */
  close(): Promise<void>;
}

/** Opens the channels and starts the courier. Adding a channel is a folder in channel/ and a line in `openChannels`. */
export async function openCourierRoom(settings: CourierSettings, seams: CourierSeams): Promise<CourierRoom> {
  const book = new SettingsBook(() => seams.endpointSettings.allSettings());
  const http = httpOf(settings, seams);
  const channels = openChannels(settings, seams, { book, http });
  const beat = createBeat(http);
  const { clock, random, outbox } = seams;
  const logger = createLogger(settings.logLevel, 'deliver');
  const byName = new Map(channels.map((each) => [each.name, each]));
  const courier = new Courier({
    clock,
    random,
    outbox,
    logger,
    settings: book,
    lastSeen: settings.lastSeen,
    channels: byName,
  });
  const testSend = createTestSender({
    ...{ clock, random, logger, hmacBase64, channels: byName, secrets: settings.secrets },
    defaultProfile: settings.callbackProfile,
    callbackSettingsOf: (endpoint) => {
      const own = book.of(endpoint);
      return own === null ? null : callbackSettingsAt(own, clock.wallMs());
    },
    countMessage: (to) => courier.countMessage(to),
  });
  const interruptedBefore = await courier.start();
  const eventLoop = watchEventLoop(clock);
  return {
    courier: {
      wake: () => courier.wake(),
      status: async () => ({
        ...(await courier.status()),
        ...{ interruptedBefore, eventLoopDelayMs: eventLoop.p99Ms() },
      }),
      settingsChanged: () => courier.settingsChanged(),
      testSend,
      beat: (url) => beat.send(url),
    },
    close: async () => {
      await courier.stop();
      eventLoop.stop();
      beat.close();
      await Promise.all(channels.map((channel) => channel.close()));
    },
  };
}

/** What all that speak HTTP share. */
function httpOf({ policy, userAgent, answerBytesMax }: CourierSettings, { clock }: CourierSeams) {
  return { clock, policy, userAgent, answerBytesMax, hmacBase64, resolver: createResolver({ clock }) };
}

function openChannels(
  settings: CourierSettings,
  { clock, robotSecrets }: CourierSeams,
  { book, http }: { readonly book: SettingsBook; readonly http: ReturnType<typeof httpOf> },
): Channel[] {
  const { smtp, publicUrl } = settings;
  const people = { publicUrl, formatTime: timeText(settings.timeZone) };
  return [
    createCallbackChannel({ ...http, secrets: () => settings.secrets, settingsOf: (endpoint) => book.of(endpoint) }),
    createEmailChannel({ ...people, clock, smtp }),
    createDingtalkChannel({ ...http, ...people, secrets: robotSecrets }),
  ];
}
