import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertEffect } from './effect.ts';
import { applyEntry, createFold } from './fold.ts';
import { history, OPTIONS } from './fold-history.contract.ts';
import type { LogEntry } from './log-record.ts';
import { isInForce, type Silence, silenceMatches } from './silence.ts';

/** What silences do to every history, told by a book that is kept apart from the fold. */
/** What each entry decided, with the silences known before and after it, by a book kept apart from the fold. */
function told(entries: readonly LogEntry[]) {
  const fold = createFold(OPTIONS);
  const book = new Map<string, Silence>();
  return entries.map((entry) => {
    const before = [...book.values()];
    for (const record of entry.records) {
      if (record.kind === 'silence') book.set(record.silence.silenceId, record.silence);
    }
    return { effects: applyEntry(fold, entry), books: [before, [...book.values()]], skews: [entry.skew, fold.skew] };
  });
}
const isHeld = (silences: readonly Silence[], { alert }: AlertEffect, at: number): boolean =>
  silences.some((silence) => isInForce(silence, at) && silenceMatches(silence, alert));

test('nothing goes out under a silence but a last OK that was asked for; what is held is told so', () => {
  fc.assert(
    fc.property(history, (entries) => {
      for (const { effects, books, skews } of told(entries)) {
        for (const effect of effects) {
          const { notification, suppressed, logTime } = effect;
          // An entry that changes silences or time decides before and after the change.
          const held = books.flatMap((book) => skews.map((skew) => isHeld(book, effect, logTime + skew)));
          if (notification !== null && notification.reason !== 'closed') expect(held).toContain(false);
          if (suppressed === 'silenced') expect(held).toContain(true);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('when nothing holds it back any more, every alert is up to date', () => {
  fc.assert(
    fc.property(history, (entries) => {
      const all = told(entries).flatMap(({ effects }) => effects);
      const last = entries.at(-1)!;
      const silences = told(entries).at(-1)!.books[1]!;
      const intervals = entries.some(({ records }) =>
        records.some((record) => record.kind === 'rule' && record.rule?.effectiveInterval !== '00:00-23:59'),
      );
      fc.pre(!intervals && !silences.some((silence) => isInForce(silence, last.time + last.skew)));
      for (const effect of new Map(all.map((each) => [each.alert.alertId, each])).values()) {
        const { state, level, transId, notifiedLevel } = effect.alert;
        const present = state === 'INSUFFICIENT_DATA' && transId !== null ? state : level;
        if (!effect.ended) expect(notifiedLevel).toBe(present);
      }
    }),
    { numRuns: 300 },
  );
});
