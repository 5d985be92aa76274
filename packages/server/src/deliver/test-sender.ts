import { uuid8 } from '@cloudbell/core/alert/ids.ts';
import type { HmacBase64 } from '@cloudbell/core/callback/hmac.ts';
import { renderCallback } from '@cloudbell/core/callback/render.ts';
import type { SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import type { ChannelName, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { alertMessage, NOTIFICATION_CONTENT_TYPE, writeMessageBody } from '@cloudbell/core/notify/message-body.ts';
import { testNotification } from '@cloudbell/core/notify/test-notification.ts';
import type { SentMessage, TestSend, TestSendResult } from '@cloudbell/core/notify/test-send.ts';
import type { CallbackProfile } from '@cloudbell/core/rule/rule.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Channel } from '../ports/channel.ts';

export interface TestSenderOptions {
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly clock: Clock;
  readonly random: Random;
  readonly hmacBase64: HmacBase64;
  readonly secrets: () => SigningSecrets;
  readonly defaultProfile: CallbackProfile;
}

/** Sends tests: a delivery that no store knows, through the channel that a notification would take. */
export function createTestSender(options: TestSenderOptions): (test: TestSend) => Promise<TestSendResult> {
  return async (test) => {
    const channel = options.channels.get(test.channel);
    if (channel === undefined) throw new Error(`there is no channel ${test.channel}`);
    const delivery = deliveryOf(test, options);
    let sent: SentMessage | null = null;
    const result = await channel.send([delivery], {
      secret: test.secret,
      onSent: (message) => {
        sent = message;
      },
    });
    return { deliveryId: delivery.deliveryId, result, sent };
  };
}

function deliveryOf(test: TestSend, { clock, random, ...options }: TestSenderOptions): ClaimedDelivery {
  const hex = Buffer.from(random.bytes(16)).toString('hex');
  const at = clock.wallMs();
  const { alert, intent } = testNotification(test.rule, { at, transId: uuid8(hex) });
  const profile = test.profile ?? test.rule.callbackProfile ?? options.defaultProfile;
  const content =
    test.channel === 'callback'
      ? renderCallback({ alert, intent, profile, secrets: options.secrets() }, options.hmacBase64)
      : {
          body: writeMessageBody({ ...alertMessage(alert, intent), isTest: true }),
          contentType: NOTIFICATION_CONTENT_TYPE,
        };
  return {
    ...content,
    deliveryId: `test_${hex}`,
    channel: test.channel,
    endpoint: test.endpoint,
    lane: `test ${hex}`,
    sequence: 0,
    alertId: alert.alertId,
    ruleId: alert.ruleId,
    attemptId: 0,
    judgedAttempts: 0,
    replay: false,
    triggerLevel: intent.triggerLevel,
    createdAt: at,
  };
}
