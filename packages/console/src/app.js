import { read } from './connection.js';
import { showDeliveries } from './deliveries.js';
import { byId } from './element.js';
import { showFiring } from './firing.js';
import { startInbox, stopInbox } from './inbox.js';

/**
 * The page: asks every few seconds while it is looked at, and follows the inbox as a stream. It never stops trying,
 * so that a restart of Cloudbell, a sign-in elsewhere or a lost network heal without a reload.
 */
const REFRESH_MS = 4_000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {number | null} */
let lastSeenAt = null;

async function refresh() {
  clearTimeout(timer);
  if (document.visibilityState === 'visible') {
    const [ready, alerts, deliveries] = await Promise.all([
      read('/readyz'),
      read('/api/v1/alerts?state=ALERT&limit=100'),
      read('/api/v1/deliveries?limit=50'),
    ]);
    showStatus(ready);
    showSignIn(alerts);
    if (alerts.kind === 'found') showFiring(alerts.value);
    if (deliveries.kind === 'found') showDeliveries(deliveries.value);
    showLost([alerts, deliveries]);
  }
  clearTimeout(timer);
  timer = setTimeout(refresh, REFRESH_MS);
}

/** @param {import('./connection.js').Answer} ready the answer of /readyz */
function showStatus(ready) {
  const [state, words] = statusOf(ready);
  const node = byId('status');
  if (node.textContent === words) return;
  node.textContent = words;
  node.setAttribute('data-state', state);
}

/**
 * @param {import('./connection.js').Answer} ready
 * @returns {[state: string, words: string]}
 */
function statusOf(ready) {
  if (ready.kind === 'found' && ready.status === 200) return ['ready', 'Ready'];
  if (ready.kind === 'found') return ['behind', `Not ready: ${reasonOf(ready.value)}`];
  if (ready.kind === 'lost') return ['lost', 'Not reachable'];
  return ['behind', 'Not ready'];
}

/** @param {import('@cloudbell/core/contract/standing.ts').ReadinessAnswer} readiness */
function reasonOf(readiness) {
  const failed = (readiness.checks ?? []).filter((check) => !check.ok);
  return failed.map((check) => `${check.name}: ${check.message}`).join('; ') || 'Cloudbell is behind';
}

/** @param {import('./connection.js').Answer} alerts */
function showSignIn(alerts) {
  if (alerts.kind === 'signed-out') {
    stopInbox();
    byId('signed-in').hidden = true;
    byId('signed-out').hidden = false;
  } else if (alerts.kind === 'found') {
    byId('signed-out').hidden = true;
    byId('signed-in').hidden = false;
    startInbox();
  }
}

/** @param {readonly import('./connection.js').Answer[]} answers */
function showLost(answers) {
  const node = byId('lost');
  const isLost = answers.some(({ kind }) => kind === 'lost' || kind === 'refused');
  if (!isLost) {
    lastSeenAt = Date.now();
    node.hidden = true;
    return;
  }
  const seen = lastSeenAt === null ? '' : ` What you see is from ${new Date(lastSeenAt).toLocaleTimeString()}.`;
  const words = `Cloudbell does not answer.${seen} Trying again every few seconds.`;
  if (node.textContent !== words) node.textContent = words;
  node.hidden = false;
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void refresh();
});
void refresh();
