import type { HmacBase64 } from '@cloudbell/core/callback/hmac.ts';
import type { AttemptResult } from '@cloudbell/core/notify/delivery.ts';
import { readMessageBody } from '@cloudbell/core/notify/message-body.ts';
import { noticeOf } from '@cloudbell/core/notify/notice.ts';
import { RETRY_TABLES } from '@cloudbell/core/notify/retry.ts';
import { maskSecret } from '@cloudbell/core/notify/robot-secret.ts';
import { type SignedText, TEST_HEADER } from '@cloudbell/core/notify/test-send.ts';
import type { Channel } from '../../ports/channel.ts';
import type { RobotSecrets } from '../../ports/robot-secrets.ts';
import { createPoster, type PosterOptions } from '../http/poster.ts';
import { redact, secretsOf } from '../http/redact.ts';
import { judgeAnswer } from './answer.ts';
import { type RobotContext, renderRobotMessage } from './message.ts';
import { signedUrl } from './sign.ts';

/**
 * Sends to DingTalk's custom robots: the notifications of one attempt as one markdown message, to the webhook of a
 * contact, signed when the contact has the robot's secret. Connections and allowed addresses are those of callbacks.
 */
export interface DingtalkChannelOptions extends PosterOptions, RobotContext {
  readonly secrets: RobotSecrets;
  readonly hmacBase64: HmacBase64;
  /** `Cloudbell/0.1.0`. */
  readonly userAgent: string;
}

/** So many entries find room in a message, however long their names are. */
export const ROBOT_DELIVERIES_MAX = 40;
/** An answer is some 50 bytes; it is read whatever the ledger keeps of it. */
const ANSWER_BYTES_READ = 4096;

export function createDingtalkChannel(options: DingtalkChannelOptions): Channel {
  const { clock, userAgent, hmacBase64, formatTime, deadlineMs = RETRY_TABLES.dingtalk.attemptDeadlineMs } = options;
  const poster = createPoster({ ...options, deadlineMs });
  return {
    name: 'dingtalk',
    merge: { max: ROBOT_DELIVERIES_MAX },
    send: async (deliveries, rehearsal): Promise<AttemptResult> => {
      const endpoint = deliveries[0]?.endpoint;
      if (endpoint === undefined) throw new Error('an attempt without a delivery');
      const given = rehearsal?.robotSecret;
      const secret = given === undefined ? await options.secrets.secretOf(endpoint) : given;
      const notices = deliveries.map(({ body }) => noticeOf(readMessageBody(body), formatTime));
      const body = new TextEncoder().encode(JSON.stringify(renderRobotMessage(notices, options)));
      const { result, answer } = await poster.post({
        endpoint,
        make: (webhook) => {
          const timestampMs = clock.wallMs();
          const url = secret === null ? webhook : signedUrl(webhook, { secret, timestampMs }, hmacBase64);
          if (secret !== null) rehearsal?.onSigned(signedText(url, { secret, timestampMs }));
          const headers = ['Content-Type', 'application/json; charset=utf-8', 'User-Agent', userAgent];
          return { url, headers: rehearsal === undefined ? headers : [...headers, TEST_HEADER, 'true'], body };
        },
        onSent: rehearsal?.onSent,
        secrets: secret === null ? [] : [secret],
        readBytesMin: ANSWER_BYTES_READ,
      });
      const judged = judgeAnswer(result, answer);
      // The robot's own words stand in the error, and might repeat what it was asked.
      const blanked = secretsOf(secret === null ? [] : [secret], URL.parse(endpoint));
      return { ...judged, error: judged.error === null ? null : redact(judged.error, blanked) };
    },
    close: async () => poster.close(),
  };
}

function signedText(url: URL, at: { readonly secret: string; readonly timestampMs: number }): SignedText {
  return {
    name: 'sign',
    algorithm: 'HMAC-SHA256',
    key: "the robot's secret",
    text: `${at.timestampMs}\n${maskSecret(at.secret)}`,
    value: url.searchParams.get('sign') ?? '',
  };
}
