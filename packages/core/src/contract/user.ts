import { z } from 'zod';
import { listOf, listQuery, timeMs } from './form.ts';
import { ROLES } from './role.ts';

/** Users, sessions and access keys on the wire. These schemas decide what is accepted. */
export const USER_NAME_FORM = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
export const PASSWORD_LENGTH = { min: 8, max: 256 } as const;

const ignored = z.unknown().optional().meta({ readOnly: true, description: 'Ignored' });
const role = z.enum(ROLES).meta({ description: 'A viewer reads, an editor changes, an admin says who may come in' });
const password = z
  .string()
  .min(PASSWORD_LENGTH.min, `at least ${PASSWORD_LENGTH.min} characters`)
  .max(PASSWORD_LENGTH.max, `at most ${PASSWORD_LENGTH.max} characters`);
/** A guess: of any length that is not a nuisance. */
const guess = z.string().max(PASSWORD_LENGTH.max);

export const userInput = z
  .strictObject({
    role,
    enabled: z.boolean().optional().meta({ description: 'Absent: stays as it is; true for a new user' }),
    password: password.optional().meta({ description: 'Absent: stays; a new user needs one' }),
    name: ignored,
    account: ignored,
    createdAt: ignored,
    updatedAt: ignored,
    lastSignInAt: ignored,
  })
  .meta({ id: 'UserInput' });

export const userAnswer = z
  .strictObject({
    account: z.string(),
    name: z.string(),
    role,
    enabled: z.boolean().meta({ description: 'False: cannot sign in' }),
    createdAt: timeMs,
    updatedAt: timeMs,
    lastSignInAt: timeMs.nullable(),
  })
  .meta({ id: 'User' });
export type UserAnswer = z.output<typeof userAnswer>;

export const userParams = z.object({
  name: z.string().meta({ description: '1 to 64 letters, digits, . _ @ or -; begins with a letter or digit' }),
});
export const userListQuery = listQuery;
export const userList = listOf(userAnswer);

export const passwordInput = z
  .strictObject({ currentPassword: guess, password: password.meta({ description: 'The new one' }) })
  .meta({ id: 'PasswordInput' });

export const signInInput = z
  .strictObject({ user: z.string().max(256), password: guess })
  .meta({ id: 'SignInInput', description: 'Of a user of the deployment’s account' });

export const sessionAnswer = z
  .strictObject({
    sessionId: z.string(),
    user: z.string(),
    address: z.string().meta({ description: 'Where it was started from' }),
    userAgent: z.string().meta({ description: 'What it was started with, as that says of itself' }),
    createdAt: timeMs,
    expiresAt: timeMs,
    current: z.boolean().meta({ description: 'The one that asks' }),
  })
  .meta({ id: 'Session' });
export type SessionAnswer = z.output<typeof sessionAnswer>;

export const sessionParams = z.object({ sessionId: z.string() });
export const sessionList = listOf(sessionAnswer);

export const accessKeyInput = z
  .strictObject({
    name: z.string().trim().min(1).max(100).meta({ description: 'What it is for' }),
    role: role.default('editor'),
  })
  .meta({ id: 'AccessKeyInput' });

export const accessKeyAnswer = z
  .strictObject({
    account: z.string(),
    accessKeyId: z.string(),
    name: z.string(),
    role,
    bootstrap: z.boolean().meta({ description: 'From the environment or the first start; replaced by the next such' }),
    createdAt: timeMs,
    lastUsedAt: timeMs.nullable().meta({ description: 'To the minute' }),
  })
  .meta({ id: 'AccessKey' });
export type AccessKeyAnswer = z.output<typeof accessKeyAnswer>;

export const newAccessKeyAnswer = accessKeyAnswer
  .extend({ secret: z.string().meta({ description: 'Told this once: only its hash is kept' }) })
  .meta({ id: 'NewAccessKey' });
export type NewAccessKeyAnswer = z.output<typeof newAccessKeyAnswer>;

export const accessKeyParams = z.object({ accessKeyId: z.string() });
export const accessKeyListQuery = listQuery;
export const accessKeyList = listOf(accessKeyAnswer);
