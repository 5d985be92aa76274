import { expect, test } from 'vitest';
import { labelName } from './label-name.ts';

test.each([
  ['job', 'job'],
  ['__name__', '__name__'],
  ['U__otel_2e_scope_2e_name', 'otel.scope.name'],
  ['U__http__code', 'http_code'],
  ['U___5185_', '内'],
  ['U___1f514__2f_', '🔔/'],
  ['U___110000_', '\ufffd'],
  // Not well escaped: a name that happens to begin like that.
  ['U__a_zz_', 'U__a_zz_'],
  ['U__a.b', 'U__a.b'],
])('%s is %s', (text, name) => expect(labelName(text)).toBe(name));
