import { ROLES, type Role } from '@cloudbell/core/contract/role.ts';
import { Radio, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { userStrings as text } from '../strings-users.ts';

/** The three roles, with what each may do. */
export function RoleSelect(props: { readonly value: Role; readonly onChange: (role: Role) => void }): ReactNode {
  return (
    <Radio.Group label={text.role} value={props.value} onChange={(value) => props.onChange(value as Role)}>
      <Stack gap={6} mt={6}>
        {ROLES.map((role) => (
          <Radio key={role} value={role} label={text.roles[role]} description={text.roleHints[role]} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
