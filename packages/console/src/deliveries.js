import { read } from './connection.js';
import { byId, element, showRows } from './element.js';
import { durationText, factList, levelBadge, timeOf } from './words.js';

/** @typedef {import('@cloudbell/core/notify/delivery.ts').DeliveryState} DeliveryState */
/**
 * What the page uses of a delivery.
 * @typedef {object} Delivery
 * @property {string} deliveryId
 * @property {string} ruleId
 * @property {string} endpoint
 * @property {DeliveryState} state
 * @property {string} triggerLevel
 * @property {number} judgedAttempts
 * @property {number} createdAt
 * @property {number | null} nextAttemptAt
 */
/**
 * @typedef {object} Attempt
 * @property {number} startedAt
 * @property {string | null} outcome
 * @property {number | null} durationMs
 * @property {number | null} status
 * @property {string | null} error
 * @property {number | null} number
 */

/** @param {import('./connection.js').Page<Delivery>} page */
export function showDeliveries(page) {
  byId('deliveries-none').hidden = page.items.length > 0;
  byId('deliveries-count').textContent = page.items.length === 0 ? '' : `the last ${page.items.length}`;
  showRows(byId('deliveries'), page.items, (delivery) => delivery.deliveryId, row);
}

/** @param {number} count */
function attemptsText(count) {
  if (count === 0) return 'no attempt';
  return count === 1 ? '1 attempt' : `${count} attempts`;
}

/** @type {Readonly<Record<DeliveryState, string>>} */
const SYMBOLS = { pending: '…', sending: '→', delivered: '✓', exhausted: '✕', cancelled: '–' };

/** @param {Delivery} delivery */
function row(delivery) {
  const attempts = attemptsText(delivery.judgedAttempts);
  const body = element('div', { class: 'inside' }, []);
  const details = element('details', {}, [
    element('summary', { class: 'row delivery-row' }, [
      element('span', { class: 'badge', 'data-delivery': delivery.state }, [
        element('span', { 'aria-hidden': 'true' }, [SYMBOLS[delivery.state] ?? '?']),
        ` ${delivery.state}`,
      ]),
      element('span', { class: 'what' }, [
        element('strong', { class: 'address' }, [delivery.endpoint]),
        element('span', { class: 'quiet' }, [delivery.ruleId]),
      ]),
      levelBadge(delivery.triggerLevel),
      element('span', { class: 'when quiet' }, [timeOf(delivery.createdAt), element('br', {}), attempts]),
    ]),
    body,
  ]);
  details.addEventListener('toggle', () => {
    if (/** @type {HTMLDetailsElement} */ (details).open) void fill(body, delivery);
  });
  return element('li', {}, [details]);
}

/**
 * @param {HTMLElement} body
 * @param {Delivery} delivery
 */
async function fill(body, delivery) {
  const answer = await read(`/api/v1/deliveries/${encodeURIComponent(delivery.deliveryId)}`);
  if (answer.kind !== 'found') {
    body.replaceChildren(element('p', { class: 'quiet' }, ['Its attempts cannot be read just now.']));
    return;
  }
  /** @type {{ attempts: readonly Attempt[], body: string, contentType: string }} */
  const detail = answer.value;
  const next =
    delivery.nextAttemptAt === null
      ? null
      : element('p', {}, ['Next attempt at ', timeOf(delivery.nextAttemptAt), '.']);
  const bytes = element('pre', { tabindex: '0', 'aria-label': 'The exact bytes of the body' }, [detail.body]);
  body.replaceChildren(
    factList([
      ['webhook-id', delivery.deliveryId],
      ['Content-Type', detail.contentType],
    ]),
    element('ol', { class: 'attempts' }, detail.attempts.map(attemptRow)),
    ...(next === null ? [] : [next]),
    bytes,
  );
}

/** @param {Attempt} attempt */
function attemptRow(attempt) {
  const how = [
    attempt.outcome ?? 'under way',
    attempt.status === null ? null : `HTTP ${attempt.status}`,
    attempt.error,
  ];
  const took = attempt.durationMs === null ? '' : ` after ${durationText(attempt.durationMs)}`;
  return element('li', {}, [timeOf(attempt.startedAt), ` ${how.filter((part) => part !== null).join(', ')}${took}`]);
}
