import { NativeSelect, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../strings.ts';

/** Light, dark, or as the system is. */
export function ColorSwitch(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { colors } = strings;
  return (
    <NativeSelect
      size="xs"
      aria-label={colors.title}
      value={colorScheme}
      onChange={({ currentTarget }) => setColorScheme(currentTarget.value as 'light' | 'dark' | 'auto')}
      data={[
        { value: 'auto', label: colors.auto },
        { value: 'light', label: colors.light },
        { value: 'dark', label: colors.dark },
      ]}
    />
  );
}
