import { z } from 'zod';
import { RULE_LIMITS } from '../rule/parse-rule-fields.ts';
import { listOf, listQuery, timeMs } from './form.ts';

/** Contacts and groups on the wire. `parseContact` decides what is accepted; these describe it. */
const name = z.string().min(1).max(RULE_LIMITS.nameBytes);
const ignored = z.unknown().optional().meta({ readOnly: true, description: 'Ignored' });
const version = z
  .int()
  .meta({ description: 'Also the ETag; another one after every change, and nothing else is to be read from it' });
const inPath = name.optional().meta({ description: 'If present, the one in the path' });

export const contactInput = z
  .strictObject({
    name: inPath,
    email: z.string().min(3).max(254).nullable().optional().meta({ default: null }),
    dingtalk: z
      .strictObject({
        webhook: z.string().min(1).meta({ description: 'http or https, to an address that --callback-allow allows' }),
        secret: z.string().nullable().optional().meta({
          default: null,
          description: 'SEC…; a masked one, as answers show it, keeps the stored one',
        }),
      })
      .nullable()
      .optional()
      .meta({ default: null, description: 'A DingTalk robot' }),
    account: ignored,
    version: z.unknown().optional().meta({ readOnly: true, description: 'Ignored: use If-Match' }),
    createdAt: ignored,
    updatedAt: ignored,
    warnings: ignored,
  })
  .meta({ id: 'ContactInput', description: 'An e-mail address, a DingTalk robot, or both' });

export const contactAnswer = z
  .strictObject({
    account: z.string(),
    name: z.string(),
    version,
    email: z.string().nullable(),
    dingtalk: z
      .strictObject({
        webhook: z.string().meta({ description: 'Shortened: send?access_token=abcd…' }),
        secret: z.string().nullable().meta({ description: 'Masked: SEC***9f2c' }),
      })
      .nullable(),
    createdAt: timeMs,
    updatedAt: timeMs,
  })
  .meta({ id: 'Contact' });
export type ContactAnswer = z.output<typeof contactAnswer>;

export const contactGroupInput = z
  .strictObject({
    name: inPath,
    contacts: z.array(name).max(1000).meta({ description: 'Names of contacts' }),
    account: ignored,
    version: z.unknown().optional().meta({ readOnly: true, description: 'Ignored: use If-Match' }),
    createdAt: ignored,
    updatedAt: ignored,
    warnings: ignored,
  })
  .meta({ id: 'ContactGroupInput' });

const warning = z.strictObject({ code: z.enum(['contact_unknown']), field: z.string(), message: z.string() });

export const contactGroupAnswer = z
  .strictObject({
    account: z.string(),
    name: z.string(),
    version,
    contacts: z.array(z.string()),
    warnings: z.array(warning).meta({ description: 'Accepted, but worth a look' }),
  })
  .meta({ id: 'ContactGroup' });
export type ContactGroupAnswer = z.output<typeof contactGroupAnswer>;

export const contactParams = z.object({ name: z.string() });
export const contactListQuery = listQuery;
export const contactList = listOf(contactAnswer);
export const contactGroupList = listOf(contactGroupAnswer);
