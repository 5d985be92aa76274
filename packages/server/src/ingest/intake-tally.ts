import type { IntakeStatus } from '../ports/sample-intake.ts';

/** What ingest counts, since the start of the process. */
export class IntakeTally {
  accepted = 0;
  batchesTooLarge = 0;
  staleMarkers = 0;
  nativeHistograms = 0;
  readonly #rejected = new Map<string, number>();

  readonly #overLimit = new Map<string, number>();

  /** Samples of an account that the series limit kept out. */
  overLimit(account: string): number {
    return this.#overLimit.get(account) ?? 0;
  }

  reject(account: string, code: string, count = 1): void {
    if (code === 'series_limit_reached') this.#overLimit.set(account, this.overLimit(account) + count);
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
