import { Counter, Gauge, Registry } from 'prom-client';

/** One metric as a room tells it, with a value for each set of labels. */
export type Row = readonly [kind: 'counter' | 'gauge', name: string, help: string, samples: Samples];
export type Samples = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];

export async function render(rows: readonly Row[]): Promise<string> {
  const registry = new Registry();
  for (const [kind, name, help, samples] of rows) {
    // Without a line it would be told as one without labels, and 0.
    if (samples.length === 0) continue;
    const labelNames = Object.keys(samples[0]?.[0] ?? {});
    const options = { name, help, labelNames, registers: [registry] };
    const metric = kind === 'counter' ? new Counter(options) : new Gauge(options);
    for (const [labels, value] of samples) metric.inc(labels, value);
  }
  return registry.metrics();
}
