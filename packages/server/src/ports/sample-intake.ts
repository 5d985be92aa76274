/** Why one sample of a request was not taken. */
export interface SampleError {
  /** Place in the request, from 0. */
  readonly index: number;
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
  readonly hint: string;
}

export interface IntakeAnswer {
  readonly accepted: number;
  readonly rejected: number;
  /** In order of index; the first of them only, see the option. */
  readonly errors: readonly SampleError[];
}

/** Counts since the start of the process. */
export interface IntakeStatus {
  readonly accepted: number;
  /** Samples by the code they were refused with. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Requests refused whole because they held too many samples. */
  readonly batchesTooLarge: number;
  /** Series known now, all accounts. */
  readonly series: number;
}

/** The door for samples that are JSON-like objects: `POST /api/v1/samples`, this host's own metrics. */
export interface SampleIntake {
  /**
   * Refuses bad samples one by one and keeps the rest; resolves when these are durable. Rejects with
   * `log_unavailable` when they could not be made so (none is acknowledged then) and with `batch_too_large`.
   */
  samples(account: string, items: readonly unknown[]): Promise<IntakeAnswer>;
  status(): IntakeStatus;
}
