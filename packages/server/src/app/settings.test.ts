import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';
import { apiSettings, intakeLimits } from './settings.ts';

test('rules and samples hear of the same limits of names and dimensions', () => {
  const argv = '--name-bytes-max 300 --dimensions-max 3 --dimension-bytes-max 2048'.split(' ');
  const parsed = parseOptions({ argv, env: {}, yamlText: null });
  if ('error' in parsed) throw new Error(parsed.error);
  const told = { nameBytesMax: 300, dimensionsMax: 3, dimensionValueBytesMax: 2048 };
  expect(apiSettings(parsed.options).nameLimits).toEqual(told);
  expect(intakeLimits(parsed.options)).toMatchObject(told);
});
