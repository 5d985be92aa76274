/**
 * Goal: the official OpenTelemetry SDK for Node sends its metrics here as it is, as protobuf and as JSON, and a rule on
 * one of them fires. Method: the real SDK and exporters in this process, a real Cloudbell, a real receiver.
 */
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCESS_KEY_ID, ACCESS_KEY_SECRET, CloudbellProcess, type Json } from './cloudbell-process.ts';
import { formOf, Receiver } from './receiver.ts';

let cloudbell: CloudbellProcess;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await Receiver.open();
  cloudbell = await CloudbellProcess.start();
});
afterAll(async () => {
  await cloudbell.end('SIGTERM');
  await receiver.close();
});

const options = () => ({
  url: `${cloudbell.url}/v1/metrics`,
  headers: { authorization: `Basic ${Buffer.from(`${ACCESS_KEY_ID}:${ACCESS_KEY_SECRET}`).toString('base64')}` },
  temporalityPreference: AggregationTemporality.CUMULATIVE,
});

function providerOf(exporter: PushMetricExporter, service: string) {
  return new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 250, exportTimeoutMillis: 200 })],
    views: [
      {
        instrumentName: 'sizes',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      },
    ],
  });
}

test.each<[string, () => PushMetricExporter]>([
  ['protobuf', () => new ProtobufExporter(options() as never)],
  ['json', () => new JsonExporter({ ...options(), compression: 'gzip' } as never)],
])('the SDK sends %s, and a rule on a gauge fires', async (form, exporterOf) => {
  const before = receiver.received.length;
  const put = await cloudbell.call('PUT', `/api/v1/rules/queue-${form}`, {
    ruleName: 'queue',
    namespace: 'otlp',
    metricName: 'queue.length',
    resources: [{ 'service.name': form }],
    period: 1,
    escalations: {
      warn: { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 95, times: 1 },
    },
    webhook: `${receiver.url}/${form}`,
  });
  expect(put.status).toBe(201);
  const provider = providerOf(exporterOf(), form);
  const meter = provider.getMeter('shop', '1.2');
  meter
    .createObservableGauge('queue.length', { unit: '{jobs}' })
    .addCallback((gauge) => gauge.observe(97.39, { queue: 'mail' }));
  meter.createCounter('orders').add(3, { kind: 'new' });
  meter.createHistogram('latency', { advice: { explicitBucketBoundaries: [1, 5] } }).record(2);
  meter.createHistogram('sizes').record(12);
  await receiver.until(before + 1);
  await provider.shutdown();
  expect(formOf(receiver.received[before]!)).toMatchObject({
    metricName: 'queue.length',
    curValue: '97.39',
    dimensions: `{otel.scope.name=shop, otel.scope.version=1.2, queue=mail, service.name=${form}}`,
  });
  const { metricNames } = (await cloudbell.call('GET', '/api/v1/metrics/series?namespace=otlp')).body as Json;
  expect(metricNames).toEqual([
    'latency_bucket',
    'latency_count',
    'latency_sum',
    'orders',
    'queue.length',
    'sizes_count',
    'sizes_sum',
  ]);
  const { items } = (await cloudbell.call('GET', '/api/v1/metrics/metadata')).body as Json;
  expect(items).toContainEqual({ namespace: 'otlp', metricName: 'orders', type: 'counter', unit: '', help: '' });
});
