import type { ContactAnswer, ContactGroupAnswer } from '@cloudbell/core/contract/contact.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './api.ts';
import { LIVE_MS } from './client.ts';
import type { Page } from './types.ts';

/** What a form changes of a contact. A secret comes masked; sent back as it came, the stored one stays. */
export type Contact = Pick<ContactAnswer, 'name' | 'version' | 'email' | 'dingtalk'>;
export type ContactGroup = Pick<ContactGroupAnswer, 'name' | 'version' | 'contacts'>;

export type ContactKind = 'contacts' | 'contact-groups';

/** All of a kind. */
function useList<Item>(kind: ContactKind) {
  return useQuery({
    queryKey: [kind],
    queryFn: async ({ signal }): Promise<readonly Item[]> =>
      (await call<Page<Item>>(`/api/v1/${kind}?limit=1000`, { signal })).items,
    refetchInterval: LIVE_MS,
  });
}

export const useContacts = () => useList<Contact>('contacts');
export const useContactGroups = () => useList<ContactGroup>('contact-groups');

const pathOf = (kind: ContactKind, name: string): string => `/api/v1/${kind}/${encodeURIComponent(name)}`;

export const readContact = (name: string, signal: AbortSignal): Promise<Contact> =>
  call<Contact>(pathOf('contacts', name), { signal });
export const readContactGroup = (name: string, signal: AbortSignal): Promise<ContactGroup> =>
  call<ContactGroup>(pathOf('contact-groups', name), { signal });

export interface ContactWrite {
  readonly kind: ContactKind;
  readonly name: string;
  readonly body: object;
  /** The version that was read; `null` for one that must not be there yet. */
  readonly from: number | null;
}

export function usePutContact() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, name, body, from }: ContactWrite) =>
      call(pathOf(kind, name), { method: 'PUT', body, ...(from === null ? { onlyNew: true } : { ifMatch: from }) }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useDeleteContact() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, name }: Pick<ContactWrite, 'kind' | 'name'>) => call(pathOf(kind, name), { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries(),
  });
}
