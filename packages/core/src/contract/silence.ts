import { z } from 'zod';
import { SILENCE_STATES } from '../alert/silence.ts';
import { dimensionsForm, listOf, listQuery, timeMs } from './form.ts';

/** Silences and acknowledgements on the wire. These schemas decide what is accepted; the server only adds the clock. */
const text = (max: number) => z.string().max(max);

const matcher = z
  .strictObject({
    ruleId: z.string().min(1).max(255).optional().meta({ description: 'Every alert of this rule' }),
    dimensions: dimensionsForm
      .refine((pairs) => Object.keys(pairs).length > 0, 'at least one pair is needed')
      .refine((pairs) => Object.keys(pairs).length <= 64, 'more than 64 pairs')
      .refine((pairs) => Object.values(pairs).every((value) => value !== ''), 'a value is empty')
      .optional()
      .meta({ description: 'Every alert whose dimensions contain all these pairs' }),
    alertId: z.string().min(1).max(255).optional().meta({ description: 'This alert' }),
  })
  .refine((by) => Object.values(by).filter((one) => one !== undefined).length === 1, {
    error: 'exactly one of ruleId, dimensions and alertId is needed',
  })
  .meta({ description: 'Exactly one of the three' });

const until = timeMs.meta({ description: 'Its end, ms since 1970' });
const why = text(1000).meta({ description: 'For those who wonder why nothing comes' });

export const silenceInput = z
  .strictObject({
    by: matcher,
    from: timeMs.optional().meta({ description: 'Default: now' }),
    until,
    why: why.default(''),
  })
  .meta({ id: 'SilenceInput' });

export const silenceChange = z.strictObject({ until, why: why.optional() }).meta({ id: 'SilenceChange' });

export const silenceAnswer = z
  .strictObject({
    account: z.string(),
    silenceId: z.string(),
    version: z.int(),
    by: z.union([
      z.strictObject({ ruleId: z.string() }),
      z.strictObject({ dimensions: dimensionsForm }),
      z.strictObject({ alertId: z.string() }),
    ]),
    from: timeMs,
    until: timeMs,
    who: z.string().meta({ description: 'Who asked for it' }),
    why: z.string(),
    state: z.enum(SILENCE_STATES),
    changedBy: z.string().meta({ description: 'Who moved its end last' }),
    createdAt: timeMs,
    updatedAt: timeMs,
  })
  .meta({ id: 'Silence' });
export type SilenceAnswer = z.output<typeof silenceAnswer>;

export const silenceParams = z.object({ silenceId: z.string() });
export const silenceListQuery = listQuery.extend({ state: z.enum(SILENCE_STATES).optional() });
export const silenceList = listOf(silenceAnswer);

export const acknowledgeInput = z
  .strictObject({ note: text(1000).default('') })
  .meta({ id: 'AcknowledgeInput', description: 'May be left out' });
