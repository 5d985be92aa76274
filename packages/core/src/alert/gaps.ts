/**
 * Gaps and what they do to windows (semantics.md, Time and windows). A window touches a gap when the gap meets the
 * time in which its samples can come: from its start until it closes, the grace included. It then stays open one
 * grace after the gap, and a further gap in that time delays it again.
 */
export interface Gap {
  /** Event time, ms; nothing was observed in [from, to). */
  readonly from: number;
  readonly to: number;
}

export interface WindowShape {
  readonly periodMs: number;
  readonly graceMs: number;
}

/** Event time, ms, at which the window that ends at `end` closes. `gaps` in order of `from`. */
export function closesAt(shape: WindowShape, end: number, gaps: readonly Gap[]): number {
  let closes = end + shape.graceMs;
  for (const gap of gaps) {
    if (gap.to > end - shape.periodMs && gap.from < closes) closes = Math.max(closes, gap.to + shape.graceMs);
  }
  return closes;
}

export function touchesGap(shape: WindowShape, end: number, gaps: readonly Gap[]): boolean {
  if (gaps.length === 0) return false;
  const closes = closesAt(shape, end, gaps);
  return gaps.some((gap) => gap.to > end - shape.periodMs && gap.from < closes);
}

/** End of the last window that is closed at `now`: where lateness begins for a rule that nothing has kept track of. */
export function lastClosedEnd(shape: WindowShape, now: number, gaps: readonly Gap[]): number {
  const { periodMs, graceMs } = shape;
  let end = windowStart(now - graceMs, periodMs);
  while (closesAt(shape, end, gaps) > now) {
    end -= periodMs;
    for (const gap of gaps) {
      // Over a long gap in one jump: every window that ends inside it waits for it, as the present one does.
      const waits = gap.to + graceMs > now && gap.to > end && gap.from < end + graceMs;
      if (waits) end = windowStart(gap.from - graceMs, periodMs);
    }
  }
  return end;
}

/**
 * Of windows that all close when a gap is over and hold nothing, the end of the last one: from `end` on they can be
 * passed over in one step. Answers `end` where there is nothing to pass over.
 */
export function lastEndClosingWith(shape: WindowShape, end: number, gaps: readonly Gap[]): number {
  const closes = closesAt(shape, end, gaps);
  for (const gap of gaps) {
    const sets = gap.to + shape.graceMs === closes && gap.to > end - shape.periodMs;
    if (sets) return Math.max(end, windowStart(gap.to, shape.periodMs));
  }
  return end;
}

export function windowStart(time: number, periodMs: number): number {
  return Math.floor(time / periodMs) * periodMs;
}
