import { z } from 'zod';
import { CALLBACK_PROFILES } from '../rule/rule.ts';
import { listOf, listQuery, timeMs } from './form.ts';

/** The inbox: what came to `/inbox/<name>`, as it came. */
const verdicts = ['valid', 'invalid', 'absent', 'unchecked'] as const;

export const receivedAnswer = z
  .strictObject({
    id: z.string().meta({ description: 'Names the request until Cloudbell stops' }),
    name: z.string(),
    receivedAt: timeMs,
    contentType: z.string().nullable(),
    profile: z.enum(CALLBACK_PROFILES).nullable().meta({ description: 'null for what is no callback' }),
    fields: z.record(z.string(), z.unknown()).meta({ description: 'Decoded, in the order received' }),
    formSignature: z.enum(verdicts),
    webhookSignature: z.enum([...verdicts, 'expired']),
    webhookId: z.string().nullable(),
    attempt: z.int().nullable(),
    replay: z.boolean(),
    test: z.boolean().meta({ description: 'Sent by hand, to see whether it arrives' }),
    problems: z.array(z.string()).meta({ description: 'Why it is no callback; empty when profile is set' }),
    duplicateOf: z.string().nullable().meta({ description: 'The first kept one with this webhookId' }),
    bodyBytes: z.int(),
    body: z.string(),
    bodyBase64: z.string().nullable().meta({ description: 'The exact bytes, where they are no UTF-8' }),
  })
  .meta({ id: 'Received' });

export const inboxParams = z.object({ name: z.string() });
export const inboxBody = z.unknown().meta({ description: 'A callback, or anything up to 1 MiB' });
export const inboxListQuery = listQuery.extend({ name: z.string().optional() });
export const inboxList = listOf(receivedAnswer);
