import { z } from 'zod';
import { ROLES } from './role.ts';

/** How Cloudbell itself stands, and who is asking. */
export const healthAnswer = z.strictObject({ status: z.literal('alive'), version: z.string() });

const check = z.strictObject({
  name: z.enum(['log', 'evaluation', 'store', 'courier', 'event_loop']),
  ok: z.boolean(),
  message: z.string(),
});
export type ReadinessCheck = z.output<typeof check>;

export const readinessAnswer = z.strictObject({ ready: z.boolean(), checks: z.array(check) }).meta({ id: 'Readiness' });
export type ReadinessAnswer = z.output<typeof readinessAnswer>;

export const meAnswer = z.strictObject({
  account: z.string(),
  name: z.string().meta({ description: 'The access key id, or the console user' }),
  kind: z.enum(['access_key', 'session']),
  role: z.enum(ROLES).meta({ description: 'What they may do' }),
});
