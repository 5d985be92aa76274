import { byId, element, showRows } from './element.js';
import { durationText, levelBadge, resourceText, timeOf } from './words.js';

/** @typedef {import('@cloudbell/core/alert/alert.ts').Alert & { ruleName?: string }} Alert */

/** @param {import('./connection.js').Page<Alert>} page alerts in state ALERT */
export function showFiring(page) {
  const { items, next } = page;
  byId('firing-none').hidden = items.length > 0;
  byId('firing-count').textContent = items.length === 0 ? '' : `${items.length}${next === null ? '' : ' and more'}`;
  const now = Date.now();
  const rows = items.map((alert) => ({ ...alert, lasted: durationText(now - alert.since) }));
  showRows(byId('firing'), rows, (alert) => alert.alertId, row);
}

/** @param {Alert & { lasted: string }} alert `lasted` is part of what is shown, so that a row is made anew when it grows */
function row(alert) {
  return element('li', { class: 'row firing-row' }, [
    levelBadge(alert.level),
    element('div', { class: 'what' }, [
      element('strong', {}, [alert.ruleName ?? alert.ruleId]),
      element('span', { class: 'quiet' }, [`${alert.instanceName ?? resourceText(alert.dimensions)}`]),
    ]),
    element('div', { class: 'value' }, [
      element('span', { class: 'number' }, [alert.value === null ? 'no value' : String(alert.value)]),
      element('span', { class: 'quiet' }, [alert.metricName]),
    ]),
    element('div', { class: 'when quiet' }, ['since ', timeOf(alert.since), element('br', {}), `for ${alert.lasted}`]),
  ]);
}
