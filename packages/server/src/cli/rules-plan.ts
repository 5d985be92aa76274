import { changesBetween, type FieldChange } from './field-changes.ts';
import type { Fields, Kind } from './kinds.ts';
import type { Wanted, WantedState } from './rules-file.ts';
import { UsageError } from './terminal.ts';

/** A thing as the server has it. */
export interface Present {
  readonly kind: Kind;
  readonly id: string;
  readonly version: number;
  readonly fields: Fields;
}

export type Step = { readonly kind: Kind; readonly id: string } & (
  | { readonly action: 'create'; readonly input: Fields; readonly changes: readonly FieldChange[] }
  | {
      readonly action: 'change';
      readonly input: Fields;
      readonly changes: readonly FieldChange[];
      readonly version: number;
    }
  | { readonly action: 'delete'; readonly version: number }
);

export interface Plan {
  readonly steps: readonly Step[];
  readonly unchanged: number;
  /** Things of the files' sections that are in no file, and stay because `--prune` was not given. */
  readonly others: number;
}

/**
 * What leads from the present things to the wanted ones: what others name first, deletions last and the other way
 * round. Only kinds whose section is in a file are looked at. Pure; throws {@link UsageError} for what cannot be.
 */
export function planRules({ items, kinds }: WantedState, present: readonly Present[], prune: boolean): Plan {
  const rest = new Map(present.filter(({ kind }) => kinds.includes(kind)).map((thing) => [keyOf(thing), thing]));
  const steps: Step[] = [];
  const conflicts: string[] = [];
  for (const wanted of items) {
    const now = rest.get(keyOf(wanted));
    rest.delete(keyOf(wanted));
    const conflict = wanted.kind.conflict?.(wanted.input, now?.fields ?? null) ?? null;
    if (conflict !== null) conflicts.push(`${wanted.file}: ${wanted.kind.noun} ${wanted.id}: ${conflict}`);
    const step = stepTo(wanted, now);
    if (step !== null) steps.push(step);
  }
  if (conflicts.length > 0) throw new UsageError(conflicts.join('\n           '));
  const unchanged = items.length - steps.length;
  if (!prune) return { steps, unchanged, others: rest.size };
  for (const kind of kinds.toReversed()) {
    for (const thing of rest.values())
      if (thing.kind === kind) steps.push({ action: 'delete', kind, id: thing.id, version: thing.version });
  }
  return { steps, unchanged, others: 0 };
}

const keyOf = ({ kind, id }: { readonly kind: Kind; readonly id: string }): string => `${kind.section} ${id}`;

function stepTo({ kind, id, input, fields }: Wanted, now: Present | undefined): Step | null {
  if (now === undefined) {
    return { action: 'create', kind, id, input, changes: changesBetween(undefined, kind.fieldsOf(input)) };
  }
  const changes = changesBetween(now.fields, fields);
  return changes.length === 0 ? null : { action: 'change', kind, id, input, changes, version: now.version };
}
