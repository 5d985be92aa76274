import type { ContactAnswer, ContactGroupAnswer } from '@cloudbell/core/contract/contact.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './api.ts';
import { isMissing } from './problem.ts';
import type { Page } from './types.ts';

/** What a form changes of a contact. A secret comes masked; sent back as it came, the stored one stays. */
export type Contact = Pick<ContactAnswer, 'name' | 'email' | 'dingtalk'>;
export type ContactGroup = Pick<ContactGroupAnswer, 'name' | 'contacts'>;

export type ContactKind = 'contacts' | 'contact-groups';

/** All of a kind; null where the server knows no contacts yet. */
function useList<Item>(kind: ContactKind) {
  return useQuery({
    queryKey: [kind],
    queryFn: async ({ signal }): Promise<readonly Item[] | null> => {
      try {
        return (await call<Page<Item>>(`/api/v1/${kind}?limit=1000`, { signal })).items;
      } catch (thrown) {
        if (isMissing(thrown)) return null;
        throw thrown;
      }
    },
  });
}

export const useContacts = () => useList<Contact>('contacts');
export const useContactGroups = () => useList<ContactGroup>('contact-groups');

export interface ContactWrite {
  readonly kind: ContactKind;
  readonly name: string;
  readonly body: object;
}

export function usePutContact() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, name, body }: ContactWrite) =>
      call(`/api/v1/${kind}/${encodeURIComponent(name)}`, { method: 'PUT', body }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useDeleteContact() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, name }: Pick<ContactWrite, 'kind' | 'name'>) =>
      call(`/api/v1/${kind}/${encodeURIComponent(name)}`, { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries(),
  });
}
