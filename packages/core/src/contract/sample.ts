import { z } from 'zod';
import { dimensionsForm, timeMs } from './form.ts';

export const sampleInput = z
  .strictObject({
    namespace: z
      .string()
      .min(1)
      .max(255)
      .meta({ examples: ['acs_ecs'] }),
    metricName: z
      .string()
      .min(1)
      .max(255)
      .meta({ examples: ['Host.mem.usedutilization'] }),
    dimensions: dimensionsForm.optional().meta({ default: {} }),
    timestamp: timeMs.optional().meta({ description: 'ms since 1970; default now' }),
    value: z.number(),
    instanceName: z.string().min(1).max(255).nullable().optional().meta({ description: 'Display name; not identity' }),
  })
  .meta({ id: 'Sample' });

export const samplesBody = z.array(sampleInput).meta({ description: 'At most 10,000 (an option)' });

const sampleError = z.strictObject({
  index: z.int().meta({ description: 'Place in the request, from 0' }),
  code: z.string(),
  field: z.string().nullable(),
  message: z.string(),
  hint: z.string(),
});

const counts = {
  accepted: z.int(),
  rejected: z.int(),
  errors: z.array(sampleError).meta({ description: 'The first 100' }),
};
export const samplesAnswer = z.strictObject(counts).meta({ id: 'SamplesAnswer' });
export const samplesRejected = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }),
  ...counts,
});
