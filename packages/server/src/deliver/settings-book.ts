import type { BudgetTable } from '@cloudbell/core/notify/budget.ts';
import type { EndpointSettings } from '@cloudbell/core/notify/endpoint-settings.ts';

/** The endpoint settings that are sent by, as they were read last. Reading them for each attempt would double its cost. */
export class SettingsBook {
  readonly #read: () => Promise<readonly EndpointSettings[]>;
  #byEndpoint: ReadonlyMap<string, EndpointSettings> = new Map();

  constructor(read: () => Promise<readonly EndpointSettings[]>) {
    this.#read = read;
  }

  /** Rejects, and keeps what is known, when they cannot be read. */
  async refresh(): Promise<void> {
    const all = await this.#read();
    this.#byEndpoint = new Map(all.map((settings) => [settings.endpoint, settings]));
  }

  of(endpoint: string): EndpointSettings | null {
    return this.#byEndpoint.get(endpoint) ?? null;
  }

  /** ms after its making in which a delivery is retried beyond the table of its channel; null: it is not. */
  retryForMs(endpoint: string): number | null {
    const retryFor = this.of(endpoint)?.retryFor ?? null;
    return retryFor === null ? null : retryFor * 1000;
  }

  /** Those that are retried beyond the table. */
  patient(): string[] {
    return [...this.#byEndpoint.values()].filter(({ retryFor }) => retryFor !== null).map(({ endpoint }) => endpoint);
  }

  rates(): ReadonlyMap<string, BudgetTable> {
    const rates = new Map<string, BudgetTable>();
    for (const { endpoint, rateLimit } of this.#byEndpoint.values()) {
      if (rateLimit === null) continue;
      const { attempts, period } = rateLimit;
      rates.set(endpoint, { singlesMax: attempts, windowMs: period * 1000, mergedEveryMs: null });
    }
    return rates;
  }
}
