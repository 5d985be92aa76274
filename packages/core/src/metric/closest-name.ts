/**
 * The name that was probably meant: least edits, letters compared without case; null when nothing is near enough
 * to be worth suggesting (more than a third of the letters differ, and neither is the beginning of the other).
 */
export function closestName(written: string, known: readonly string[]): string | null {
  // Longer than any known name can be off by: not worth the square of its length.
  if (written.length > 64) return null;
  const lower = written.toLowerCase();
  let best: string | null = null;
  let bestEdits = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const edits = editDistance(lower, name.toLowerCase());
    if (edits < bestEdits) {
      bestEdits = edits;
      best = name;
    }
  }
  if (best === null) return null;
  const isShortened =
    lower.startsWith(best.toLowerCase()) || (lower.length > 2 && best.toLowerCase().startsWith(lower));
  const isNear = bestEdits <= Math.max(1, Math.floor(Math.max(lower.length, best.length) / 3));
  return isNear || isShortened ? best : null;
}

/** "Did you mean `threshold`?", or the whole list. */
export function suggestion(written: string, known: readonly string[]): string {
  const closest = closestName(written, known);
  return closest === null ? `Known are: ${known.join(', ')}.` : `Did you mean "${closest}"?`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
