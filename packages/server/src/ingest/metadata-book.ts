import type { MetricMetadata } from '@cloudbell/core/wire/sample-rows.ts';
import type { KnownMetadata } from '../ports/sample-intake.ts';

const METRICS_PER_ACCOUNT_MAX = 50_000;
const HELP_LENGTH_MAX = 1_024;
const SHORT_LENGTH_MAX = 64;

/** Type, unit and help of metrics. In memory: senders tell them again every minute. */
export class MetadataBook {
  readonly #accounts = new Map<string, Map<string, KnownMetadata>>();

  learn(account: string, namespace: string, told: readonly MetricMetadata[]): void {
    if (told.length === 0) return;
    let metrics = this.#accounts.get(account);
    if (metrics === undefined) {
      metrics = new Map();
      this.#accounts.set(account, metrics);
    }
    for (const { metricName, type, unit, help } of told) {
      const key = `${namespace} ${metricName}`;
      const before = metrics.get(key);
      if (before === undefined ? metrics.size >= METRICS_PER_ACCOUNT_MAX : before.help === help && before.unit === unit)
        continue;
      metrics.set(key, {
        namespace,
        metricName: metricName.slice(0, 255),
        type: type.slice(0, SHORT_LENGTH_MAX),
        unit: unit.slice(0, SHORT_LENGTH_MAX),
        help: help.slice(0, HELP_LENGTH_MAX),
      });
    }
  }

  of(account: string): readonly KnownMetadata[] {
    return [...(this.#accounts.get(account)?.values() ?? [])];
  }
}
