import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';

const TYPING_MS = 300;

/** A field to search by, and what is searched for: what was typed, once typing has paused. */
export function useSearchField(label: string): { readonly search: string; readonly field: ReactNode } {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  const field = (
    <TextInput
      mb="md"
      maw={360}
      placeholder={label}
      aria-label={label}
      value={typed}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
    />
  );
  return { search, field };
}
