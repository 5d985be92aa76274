import { z } from 'zod';
import { ATTEMPT_OUTCOMES, CHANNELS } from '../notify/delivery.ts';
import { RULE_LIMITS } from '../rule/parse-rule-fields.ts';
import { CALLBACK_PROFILES } from '../rule/rule.ts';

/** Asks whether an endpoint can be reached: either one that is named here, or that of a stored contact. */
export const testSendInput = z
  .strictObject({
    channel: z.enum(CHANNELS),
    endpoint: z
      .string()
      .min(1)
      .max(8192)
      .optional()
      .meta({ description: 'Callback URL, e-mail address, or webhook URL of a robot' }),
    contact: z
      .string()
      .min(1)
      .max(RULE_LIMITS.nameBytes)
      .optional()
      .meta({ description: 'Instead of endpoint: the name of a contact, for its mailbox or robot' }),
    secret: z
      .string()
      .max(255)
      .nullable()
      .optional()
      .meta({ description: 'Of a robot; absent or masked: the stored one of this webhook' }),
    profile: z.enum(CALLBACK_PROFILES).nullable().optional().meta({ description: 'Of a callback' }),
    rule: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'What the message talks about, as a rule is written; the documented sample without' }),
  })
  .refine(({ endpoint, contact }) => (endpoint === undefined) !== (contact === undefined), {
    message: 'give endpoint or contact, one of them',
    path: ['endpoint'],
  });

const signed = z.strictObject({
  name: z.string().meta({ description: 'Of the signature: parameter, header or query' }),
  text: z.string().meta({ description: 'What it signs' }),
});

export const testSendAnswer = z
  .strictObject({
    deliveryId: z.string().meta({ description: 'Header webhook-id' }),
    outcome: z.enum(ATTEMPT_OUTCOMES),
    status: z.int().nullable().meta({ description: 'HTTP or SMTP status, or errcode' }),
    durationMs: z.number(),
    error: z.string().nullable().meta({ description: 'What went wrong; null when accepted' }),
    remedy: z.string().nullable().meta({ description: 'What to do, where the error does not say it' }),
    answer: z.string().nullable().meta({ description: 'First 16 KiB, secrets blanked' }),
    sent: z
      .strictObject({
        target: z.string(),
        headers: z.array(z.strictObject({ name: z.string(), value: z.string() })),
        body: z.string(),
        signed: z.array(signed),
      })
      .nullable()
      .meta({ description: 'What went out, exactly, but for secrets; null when nothing did' }),
  })
  .meta({ id: 'TestSend' });
export type TestSendAnswer = z.output<typeof testSendAnswer>;
