import { z } from 'zod';
import { ENDPOINT_SETTINGS_LIMITS } from '../notify/parse-endpoint-settings.ts';
import { RULE_LIMITS } from '../rule/parse-rule-fields.ts';
import { CALLBACK_PROFILES } from '../rule/rule.ts';
import { listOf, listQuery, timeMs } from './form.ts';

/** Endpoint settings on the wire. `parseEndpointSettings` decides what is accepted; these describe it. */
const LIMITS = ENDPOINT_SETTINGS_LIMITS;
const ignored = z.unknown().optional().meta({ readOnly: true, description: 'Ignored' });
const retryFor = z
  .int()
  .min(1)
  .max(LIMITS.retryForS)
  .nullable()
  .meta({
    description:
      's after it was made in which a delivery is retried beyond 1 + 3 attempts: after 1, 4, 16, 64 min, then every 4 h. ' +
      'What comes after it for the same alert waits for it. null: 1 + 3',
  });
const profile = z.enum(CALLBACK_PROFILES).nullable().meta({
  description: "Of bodies whose rule does not choose; null: the deployment's",
});
const secretNote = 'A masked one, as answers show it, keeps the stored one, as long as the endpoint is the same';

export const endpointSettingsInput = z
  .strictObject({
    endpoint: z.string().min(1).meta({ description: 'The callback URL, just as rules have it' }),
    retryFor: retryFor.optional(),
    rateLimit: z
      .strictObject({
        attempts: z.int().min(1).max(LIMITS.attempts),
        period: z.int().min(1).max(LIMITS.rateLimitPeriodS).optional().meta({ default: 1, description: 's' }),
      })
      .nullable()
      .optional()
      .meta({ description: 'At most so many attempts in any period' }),
    callbackProfile: profile.optional(),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .meta({
        default: {},
        description: `Sent beside ours, at most ${LIMITS.headers}. Values are secrets. ${secretNote}`,
      }),
    auth: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('basic'), user: z.string(), password: z.string() }),
        z.strictObject({ type: z.literal('bearer'), token: z.string() }),
      ])
      .nullable()
      .optional()
      .meta({ description: `The header Authorization. ${secretNote}` }),
    signingSecret: z
      .string()
      .nullable()
      .optional()
      .meta({ description: `whsec_ and Base64; null: the deployment's. ${secretNote}` }),
    ...{ name: z.string().optional(), account: ignored, version: ignored, rotation: ignored },
    ...{ createdAt: ignored, updatedAt: ignored },
  })
  .meta({ id: 'EndpointSettingsInput', description: 'What is absent is as it is for every endpoint' });

const rotation = z.strictObject({
  next: z.string().meta({ description: 'The other live secret, masked; signs alone from the end on' }),
  isPromoted: z.boolean().meta({ description: "The form's signature is made with it already" }),
  endsAt: timeMs,
});

export const endpointSettingsAnswer = z
  .strictObject({
    account: z.string(),
    name: z.string(),
    version: z.int().meta({ description: 'Also the ETag' }),
    endpoint: z.string().meta({ description: 'Shortened where a secret may be' }),
    retryFor,
    rateLimit: z.strictObject({ attempts: z.int(), period: z.int() }).nullable(),
    callbackProfile: profile,
    headers: z.record(z.string(), z.string()).meta({ description: 'Values masked: ***9f2c' }),
    auth: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('basic'), user: z.string(), password: z.string() }),
        z.strictObject({ type: z.literal('bearer'), token: z.string() }),
      ])
      .nullable()
      .meta({ description: 'Password and token masked' }),
    signingSecret: z.string().nullable().meta({ description: "Masked; null: the deployment's signs" }),
    rotation: rotation.nullable(),
    createdAt: timeMs,
    updatedAt: timeMs,
  })
  .meta({ id: 'EndpointSettings' });
export type EndpointSettingsAnswer = z.output<typeof endpointSettingsAnswer>;

/** s. */
export const ROTATION_GRACE = { default: 86_400, max: 30 * 86_400 } as const;

export const rotateInput = z
  .strictObject({
    secret: z.string().optional().meta({ description: 'whsec_ and Base64; absent: one is made' }),
    grace: z
      .int()
      .min(1)
      .max(ROTATION_GRACE.max)
      .default(ROTATION_GRACE.default)
      .meta({ description: 's that both secrets are live; then the new one signs alone, promoted or not' }),
  })
  .meta({ id: 'RotateInput' });

export const rotateAnswer = z
  .strictObject({
    signingSecret: z.string().meta({ description: 'The new one, whole: it is told this once' }),
    settings: endpointSettingsAnswer,
  })
  .meta({ id: 'Rotated' });
export type RotateAnswer = z.output<typeof rotateAnswer>;

export const endpointSettingsParams = z.object({ name: z.string().max(RULE_LIMITS.nameBytes) });
export const endpointSettingsListQuery = listQuery;
export const endpointSettingsList = listOf(endpointSettingsAnswer);
