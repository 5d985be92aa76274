import type { HmacBase64 } from '@cloudbell/core/callback/hmac.ts';
import { renderCallback } from '@cloudbell/core/callback/render.ts';
import type { SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import type { ChannelName, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import type { CallbackSettings } from '@cloudbell/core/notify/endpoint-settings.ts';
import { alertMessage, NOTIFICATION_CONTENT_TYPE, writeMessageBody } from '@cloudbell/core/notify/message-body.ts';
import { sampleNotification } from '@cloudbell/core/notify/sample-notification.ts';
import type { SentMessage, SignedText, TestSend, TestSendReport } from '@cloudbell/core/notify/test-send.ts';
import type { CallbackProfile } from '@cloudbell/core/rule/rule.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { Channel, Rehearsal } from '../ports/channel.ts';
import { sendOnce } from './attempt.ts';

/**
 * Sends one message by hand: made as commit makes one, sent as the courier sends one, and then forgotten. Beside the
 * courier and not in it, so that nothing of lanes, health and ledger is within reach.
 */
export interface TestSenderOptions {
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  readonly secrets: SigningSecrets;
  readonly defaultProfile: CallbackProfile;
  readonly hmacBase64: HmacBase64;
  /** Null for a callback URL without settings of its own. */
  readonly callbackSettingsOf: (endpoint: string) => CallbackSettings | null;
  /** One of the messages that the endpoint may be sent is used up. */
  readonly countMessage: (to: { readonly endpoint: string; readonly channel: ChannelName }) => void;
}

export function createTestSender(options: TestSenderOptions): (test: TestSend) => Promise<TestSendReport> {
  const { channels, clock, logger, countMessage } = options;
  return async (test) => {
    const delivery = deliveryOf(test, options);
    let sent: SentMessage | null = null;
    const signed: SignedText[] = [];
    const rehearsal: Rehearsal = {
      robotSecret: test.robotSecret,
      onSent: (message) => {
        sent = message;
      },
      onSigned: (one) => {
        signed.push(one);
      },
    };
    countMessage(test);
    const attempt = { deliveries: [delivery], head: delivery };
    const result = await sendOnce({ channel: channels.get(test.channel), attempt, clock, logger, rehearsal });
    const { account, channel } = test;
    logger.info({ account, channel, outcome: result.outcome, status: result.status }, 'a test was sent');
    return { result, sent, signed };
  };
}

function deliveryOf(test: TestSend, { clock, random, ...options }: TestSenderOptions): ClaimedDelivery {
  const { account, channel, endpoint, profile } = test;
  const id = Buffer.from(random.bytes(16)).toString('hex');
  const now = clock.wallMs();
  const content = sampleNotification(test.rule, { account, now, alertId: id, transId: uuidOf(id) });
  const { alert, intent } = content;
  const own = options.callbackSettingsOf(endpoint);
  const rendered =
    channel === 'callback'
      ? renderCallback(
          {
            ...content,
            profile: profile ?? own?.profile ?? options.defaultProfile,
            secrets: own?.secrets ?? options.secrets,
          },
          options.hmacBase64,
        )
      : {
          body: writeMessageBody({ ...alertMessage(alert, intent), isTest: true }),
          contentType: NOTIFICATION_CONTENT_TYPE,
        };
  return {
    ...{ deliveryId: `test_${id}`, channel, endpoint, lane: '', ...rendered },
    ...{ sequence: 0, alertId: id, ruleId: alert.ruleId, attemptId: 0, judgedAttempts: 0, replay: false },
    ...{ triggerLevel: intent.triggerLevel, createdAt: now },
  };
}

/** In the form of a real one: version 8 (RFC 9562). */
function uuidOf(hex: string): string {
  const [a, b, c, d, e] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20), hex.slice(20)];
  return `${a}-${b}-8${c}-8${d}-${e}`;
}
