import type { AttemptOutcome, AttemptResult } from '@cloudbell/core/notify/delivery.ts';
import { plainText } from '@cloudbell/core/notify/plain-text.ts';

/**
 * A robot answers HTTP 200 whatever happened; what counts is `errcode` in the body. What the codes mean, and what to do,
 * is a table; a code that is not in it is tried again. A robot that throttles leaves it at that for ten minutes.
 */
const THROTTLED_MS = 10 * 60_000;
const REASON_MAX = 300;

interface Meaning {
  readonly outcome: Extract<AttemptOutcome, 'accepted' | 'status' | 'throttled' | 'rejected'>;
  /** What it means and what to do. */
  readonly text: string;
}

const THROTTLED: Meaning = {
  outcome: 'throttled',
  text: 'The robot takes no more messages for now. They wait and go together; let fewer senders use this robot.',
};

const MEANINGS: Readonly<Record<number, Meaning>> = {
  0: { outcome: 'accepted', text: '' },
  [-1]: { outcome: 'status', text: 'DingTalk is busy.' },
  40035: { outcome: 'rejected', text: 'DingTalk misses a parameter. Check that the webhook is whole.' },
  43002: { outcome: 'rejected', text: 'DingTalk refused the form of the request. Check the webhook.' },
  43004: { outcome: 'rejected', text: 'DingTalk refused the form of the request. Check the webhook.' },
  90030: THROTTLED,
  130101: THROTTLED,
  410100: THROTTLED,
  300005: {
    outcome: 'rejected',
    text: 'There is no robot with this access token. Make a new robot, put its webhook into the contact, then replay.',
  },
  310000: { outcome: 'status', text: 'The security settings of the robot do not let the message pass.' },
  400102: { outcome: 'rejected', text: 'The robot is switched off. Switch it on in the chat group, then replay.' },
};

/**
 * 310000 has several causes; the robot's own words tell which, in English or in Chinese. A signature that has expired also
 * speaks of a signature, so it is asked about first.
 */
const SECURITY_ADVICE: readonly (readonly [words: RegExp, text: string])[] = [
  [/keyword|关键词/i, 'Its keywords are not in the message. Add Cloudbell, which is in every one, to its keywords.'],
  [/invalid timestamp|签名过期/i, "The timestamp is not accepted. Check this host's clock."],
  [/\bsign\b|签名/i, "The signature does not match. Copy the robot's secret into the contact again."],
  [/\bip\b|whitelist|白名单/i, "This host's public address is not on its list. Add it to the robot's IP addresses."],
];

/** `result`: what HTTP alone came to. `body`: the answer's first bytes as they came. */
export function judgeAnswer(result: AttemptResult, body: Uint8Array | null): AttemptResult {
  if (result.status === 429) {
    return {
      ...result,
      outcome: 'throttled',
      error: THROTTLED.text,
      retryAfterMs: result.retryAfterMs ?? THROTTLED_MS,
    };
  }
  if (result.outcome !== 'accepted') return result;
  const answer = readAnswer(body);
  if (answer === null) {
    return { ...result, outcome: 'protocol', error: 'The answer is not that of a DingTalk robot. Check the webhook.' };
  }
  if (answer.errcode === null) {
    // Its guard against abuse answers in a form of its own, without an errcode.
    return { ...result, outcome: 'throttled', error: THROTTLED.text, retryAfterMs: THROTTLED_MS };
  }
  const meaning = MEANINGS[answer.errcode] ?? { outcome: 'status', text: 'DingTalk refused the message.' };
  if (meaning.outcome === 'accepted') return result;
  return {
    ...result,
    outcome: meaning.outcome,
    status: answer.errcode,
    error: sentence(answer.errcode, answer.errmsg, meaning),
    retryAfterMs: meaning.outcome === 'throttled' ? THROTTLED_MS : null,
  };
}

function sentence(errcode: number, errmsg: string, { text }: Meaning): string {
  const advice = errcode === 310000 ? SECURITY_ADVICE.find(([words]) => words.test(errmsg))?.[1] : undefined;
  const said = errmsg === '' ? `errcode ${errcode}` : `errcode ${errcode}: ${plainText(errmsg, REASON_MAX)}`;
  return `${advice ?? text} (${said})`;
}

/** Null when it is no answer of a robot; `errcode` null when it is one of DingTalk's guard. */
function readAnswer(body: Uint8Array | null): { readonly errcode: number | null; readonly errmsg: string } | null {
  const answer = parseObject(body);
  if (answer === null) return null;
  const { errcode, errmsg, punish } = answer;
  if (typeof errcode === 'number') return { errcode, errmsg: typeof errmsg === 'string' ? errmsg : '' };
  return punish === undefined ? null : { errcode: null, errmsg: '' };
}

function parseObject(body: Uint8Array | null): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body ?? new Uint8Array()));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
