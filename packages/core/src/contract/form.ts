import { z } from 'zod';
import { LEVELS } from '../rule/rule.ts';

/** Forms that several answers and queries share. */
export const timeMs = z.int().min(0).meta({ description: 'ms since 1970, UTC' });
export const dimensionsForm = z
  .record(z.string(), z.string())
  .meta({ description: 'What identifies the resource', examples: [{ userId: '12', instanceId: 'i-12' }] });
export const alertLevelForm = z.enum([...LEVELS, 'OK']);

/** Query of every list: `limit` items from `cursor` on. */
export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: 'Items of a page, 1 to 1000' }),
  cursor: z.string().min(1).max(1024).optional().meta({ description: '`next` of the page before' }),
});

/** Answer of every list. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().nullable().meta({ description: 'Cursor of the next page; null on the last' }),
  });
