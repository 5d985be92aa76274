import { ok as assert } from 'node:assert';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CloudbellError } from '../../base/errors.ts';
import { storeError } from './errors.ts';

/**
 * Group commit. Writes of all ports wait in one array; one turn of the event loop later the whole array runs in one
 * BEGIN IMMEDIATE … COMMIT, so that concurrent requests share one fsync and a lone one waits for nobody. No timer:
 * while a batch is written, the next one gathers.
 *
 * Each request runs in a savepoint of its own, so one that fails takes back only what it wrote itself. A promise
 * resolves after COMMIT; when COMMIT (or the disk) fails, every request of the batch rejects and nothing is written.
 */
const REQUESTS_PER_COMMIT_MAX = 1_024;

interface Request {
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}
type Answer = { readonly value: unknown } | { readonly failed: unknown };

export class WriteQueue {
  readonly db: DatabaseSync;
  readonly #path: string;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;
  readonly #rollbackTo: StatementSync;
  #waiting: Request[] = [];
  #scheduled = false;
  #closed = false;
  #commits = 0;

  constructor(db: DatabaseSync, path: string) {
    this.db = db;
    this.#path = path;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#savepoint = db.prepare('SAVEPOINT request');
    this.#release = db.prepare('RELEASE request');
    this.#rollbackTo = db.prepare('ROLLBACK TO request');
  }

  /** Transactions committed so far: for metrics, and to see that requests share them. */
  get commits(): number {
    return this.#commits;
  }

  /**
   * Runs `run` inside the next transaction and answers its result once that is durable. `run` must keep no state
   * outside the database: what it wrote may yet be taken back. Rejects with what it threw, or `store_unavailable`.
   */
  write<T>(run: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closedError());
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ run, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** Writes what is waiting, then refuses further requests. */
  close(): void {
    while (this.#waiting.length > 0) this.#flush();
    this.#closed = true;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#waiting.length > 0) this.#flush();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #flush(): void {
    const batch = this.#waiting.splice(0, REQUESTS_PER_COMMIT_MAX);
    let answers: Answer[];
    try {
      answers = this.#runBatch(batch);
    } catch (thrown) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      const error = storeError(thrown, this.#path);
      for (const request of batch) request.reject(error);
      return;
    }
    batch.forEach((request, index) => {
      const answer = answers[index];
      assert(answer !== undefined);
      if ('failed' in answer) request.reject(answer.failed);
      else request.resolve(answer.value);
    });
  }

  #runBatch(batch: readonly Request[]): Answer[] {
    this.#begin.run();
    const answers = batch.map((request) => this.#runOne(request));
    this.#commit.run();
    this.#commits++;
    return answers;
  }

  #runOne(request: Request): Answer {
    this.#savepoint.run();
    try {
      const value = request.run();
      this.#release.run();
      return { value };
    } catch (thrown) {
      // After some errors (a full disk, for one) SQLite has already taken back the whole transaction.
      if (!this.db.isTransaction) throw thrown;
      this.#rollbackTo.run();
      this.#release.run();
      return { failed: storeError(thrown, this.#path) };
    }
  }

  #closedError(): CloudbellError {
    return new CloudbellError('store_unavailable', { message: `The store at ${this.#path} is closed.` });
  }
}
