import { z } from 'zod';
import { ATTEMPT_OUTCOMES, CHANNELS } from '../notify/delivery.ts';
import { RULE_LIMITS } from '../rule/parse-rule-fields.ts';
import { CALLBACK_PROFILES } from '../rule/rule.ts';

/** A test send on the wire: to an endpoint that is given outright, or to that of a stored contact. */
export const testSendInput = z
  .strictObject({
    channel: z.enum(CHANNELS),
    endpoint: z.string().min(1).max(8192).optional().meta({
      description: 'Callback URL, e-mail address, or webhook URL of a robot',
    }),
    contact: z.string().min(1).max(RULE_LIMITS.nameBytes).optional().meta({
      description:
        'Whose mailbox or robot; beside `endpoint`, what is shortened or masked there is that of this contact',
    }),
    secret: z.string().max(255).nullable().optional().meta({
      description: 'Of a robot; null: none; absent: as the contacts have it',
    }),
    profile: z.enum(CALLBACK_PROFILES).nullable().optional().meta({
      default: null,
      description: 'Of a callback; null: the deployment’s',
    }),
    rule: z.unknown().optional().meta({
      description: 'What the sample is about: a rule, as far as it is written; nothing in it is refused',
    }),
  })
  .meta({ id: 'TestSendInput' });
export type TestSendInput = z.input<typeof testSendInput>;

const sentMessage = z.strictObject({
  head: z.string().meta({ description: 'Request line and headers, or headers of the mail; secrets are ***' }),
  body: z.string(),
  bytes: z.int().meta({ description: 'Of head and body, with the empty line between them' }),
});

const signedText = z.strictObject({
  name: z.string().meta({ description: 'The header or parameter that carries the signature' }),
  algorithm: z.enum(['HMAC-SHA1', 'HMAC-SHA256']),
  key: z.string().meta({ description: 'What it is keyed with, in words' }),
  text: z.string().meta({ description: 'What was signed; a secret in it is masked' }),
  value: z.string(),
});

export const testSendAnswer = z
  .strictObject({
    channel: z.enum(CHANNELS),
    endpoint: z.string().meta({ description: 'Shortened where a secret may be' }),
    outcome: z.enum(ATTEMPT_OUTCOMES).meta({ description: 'accepted: it arrived' }),
    status: z.int().nullable().meta({ description: 'HTTP or SMTP status, or a robot’s errcode' }),
    durationMs: z.number(),
    error: z.string().nullable().meta({ description: 'What went wrong; null when it was accepted' }),
    hint: z.string().nullable().meta({ description: 'What to do, where error does not say so' }),
    answer: z.string().nullable().meta({ description: 'As far as it is kept; secrets are ***' }),
    sent: sentMessage.nullable().meta({ description: 'What was written, byte for byte; null when nothing was' }),
    signed: z.array(signedText),
  })
  .meta({ id: 'TestSend' });
export type TestSendAnswer = z.output<typeof testSendAnswer>;
