import type { Warning } from '@cloudbell/core/contract/rule.ts';
import type { ContactStore } from '../ports/contact-store.ts';

interface NamesGroups {
  readonly account: string;
  readonly contactGroups: readonly string[];
}

/**
 * A warning for each contact group that a rule names and that does not exist now, as they stand in the rule. One
 * question for a whole page of rules of one account.
 */
export async function unknownGroups(
  contacts: Pick<ContactStore, 'groups'>,
  rules: readonly NamesGroups[],
): Promise<(rule: NamesGroups) => Warning[]> {
  const [first] = rules;
  const names = [...new Set(rules.flatMap((rule) => rule.contactGroups))];
  const query = { account: first?.account ?? '', names, limit: names.length, after: null };
  const known = new Set(names.length === 0 ? [] : (await contacts.groups(query)).map(({ name }) => name));
  return ({ contactGroups }) =>
    contactGroups.flatMap((name, index) =>
      known.has(name)
        ? []
        : [
            {
              code: 'contact_group_unknown',
              field: `contactGroups[${index}]`,
              message: `There is no contact group "${name}" now; nobody is notified through it.`,
            },
          ],
    );
}
