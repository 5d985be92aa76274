import type { ReadinessAnswer, ReadinessCheck } from '@cloudbell/core/contract/standing.ts';
import type { FastifyInstance } from 'fastify';
import type { ReadinessSettings } from './deps.ts';
import { mount } from './route.ts';
import type { Standing } from './standing.ts';

/** `/healthz`: the process answers, that is all. `/readyz`: it also does its work in time. */
export function mountHealth(
  app: FastifyInstance,
  deps: { readonly version: string; readonly readiness: ReadinessSettings; readonly standing: () => Promise<Standing> },
): void {
  mount(app, 'health', () => ({ status: 'alive', version: deps.version }));
  mount(app, 'readiness', async (_, __, reply) => {
    const answer = readinessOf(await deps.standing(), deps.readiness);
    return reply.code(answer.ready ? 200 : 503).send(answer);
  });
}

/** Pure, so that every limit can be tried. */
export function readinessOf(standing: Standing, limits: ReadinessSettings): ReadinessAnswer {
  const checks = [
    logCheck(standing, limits),
    evaluationCheck(standing, limits),
    storeCheck(standing),
    courierCheck(standing, limits),
    eventLoopCheck(standing, limits),
  ];
  return { ready: checks.every((check) => check.ok), checks };
}

function logCheck({ evaluation }: Standing, limits: ReadinessSettings): ReadinessCheck {
  if (evaluation.value === null) return failed('log', `The sample log does not answer: ${evaluation.fault}.`);
  const { refusing, backlog } = evaluation.value;
  if (refusing !== null) return failed('log', `The sample log refuses appends: ${refusing}.`);
  if (backlog > limits.backlogMax)
    return failed('log', `Cloudbell is behind: ${backlog} appends wait for the sample log.`);
  return { name: 'log', ok: true, message: `${backlog} appends wait.` };
}

function evaluationCheck({ evaluation }: Standing, limits: ReadinessSettings): ReadinessCheck {
  if (evaluation.value === null) return failed('evaluation', `Evaluation does not answer: ${evaluation.fault}.`);
  const seconds = inSeconds(evaluation.value.foldLagMs);
  if (evaluation.value.foldLagMs > limits.foldLagMsMax)
    return failed('evaluation', `Cloudbell is behind: evaluation is ${seconds} late.`);
  return { name: 'evaluation', ok: true, message: `${seconds} late.` };
}

function storeCheck({ outbox }: Standing): ReadinessCheck {
  if (outbox.value === null) return failed('store', `The store does not answer: ${outbox.fault}.`);
  return { name: 'store', ok: true, message: 'It answers.' };
}

function courierCheck({ now, outbox, courier }: Standing, limits: ReadinessSettings): ReadinessCheck {
  if (courier.value === null) return failed('courier', `The courier does not answer: ${courier.fault}.`);
  const { outboxFailures } = courier.value;
  if (outboxFailures > 0)
    return failed('courier', `The courier failed ${outboxFailures} times in a row to use the store.`);
  const dueAt = outbox.value?.oldestHealthyDueAt ?? now;
  const ageMs = Math.max(0, now - dueAt);
  if (ageMs > limits.deliveryAgeMsMax) {
    return failed('courier', `Cloudbell is behind: the oldest due delivery has waited ${inSeconds(ageMs)}.`);
  }
  return { name: 'courier', ok: true, message: `The oldest due delivery has waited ${inSeconds(ageMs)}.` };
}

function eventLoopCheck({ eventLoopDelayMs }: Standing, limits: ReadinessSettings): ReadinessCheck {
  const message = `The event loop is ${Math.round(eventLoopDelayMs)} ms late (p99).`;
  if (eventLoopDelayMs > limits.eventLoopDelayMsMax) return failed('event_loop', `Cloudbell is behind: ${message}`);
  return { name: 'event_loop', ok: true, message };
}

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const failed = (name: ReadinessCheck['name'], message: string): ReadinessCheck => ({ name, ok: false, message });
