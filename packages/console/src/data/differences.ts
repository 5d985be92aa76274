/** Fields in which two bodies differ, in the order of the form, each with both values as short texts. */
export function differences(
  mine: Record<string, unknown>,
  theirs: Record<string, unknown>,
): readonly { readonly field: string; readonly mine: string; readonly theirs: string }[] {
  return Object.keys(mine).flatMap((field) => {
    const [own, other] = [JSON.stringify(mine[field]), JSON.stringify(theirs[field])];
    return own === other ? [] : [{ field, mine: own ?? '', theirs: other ?? '' }];
  });
}
