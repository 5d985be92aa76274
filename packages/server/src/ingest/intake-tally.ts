import type { IntakeStatus } from '../ports/sample-intake.ts';

/** What ingest counts, since the start of the process. */
export class IntakeTally {
  accepted = 0;
  batchesTooLarge = 0;
  staleMarkers = 0;
  nativeHistograms = 0;
  readonly #rejected = new Map<string, number>();

  reject(code: string, count = 1): void {
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + count);
  }

  status(): Omit<IntakeStatus, 'series' | 'samplesUnderWay'> {
    return {
      accepted: this.accepted,
      rejected: Object.fromEntries(this.#rejected),
      batchesTooLarge: this.batchesTooLarge,
      staleMarkers: this.staleMarkers,
      nativeHistograms: this.nativeHistograms,
    };
  }
}
