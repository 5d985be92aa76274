import { follow, read } from './connection.js';
import { byId, element, showRows } from './element.js';
import { factList, levelBadge, timeOf } from './words.js';

/**
 * A request as GET /api/v1/inbox shows it; anybody may have sent it, so every field may hold anything.
 * @typedef {object} Received
 * @property {string} id
 * @property {string} name
 * @property {number} receivedAt
 * @property {string | null} contentType
 * @property {string | null} profile null for what is no callback; `problems` says why
 * @property {Readonly<Record<string, unknown>>} fields
 * @property {string} formSignature
 * @property {string} webhookSignature
 * @property {string | null} webhookId
 * @property {number | null} attempt
 * @property {boolean} replay
 * @property {readonly string[]} problems
 * @property {string | null} duplicateOf
 * @property {number} bodyBytes
 * @property {string} body
 * @property {string | null} bodyBase64 set where the bytes are no UTF-8
 */

const SHOWN = 100;

/** @type {Received[]} newest first */
let shown = [];
/** @type {(() => void) | null} */
let stop = null;

/** Reads what is there and follows what comes; does nothing when it is following already. */
export function startInbox() {
  if (stop !== null) return;
  live('connecting');
  stop = follow('/api/v1/inbox/stream', 'received', {
    received: (data) => add(JSON.parse(data)),
    opened: () => {
      live('live');
      void readAll();
    },
    broken: () => live('broken'),
  });
}

export function stopInbox() {
  stop?.();
  stop = null;
}

/** What the stream told while the list was being read: the list may not have it yet. */
/** @type {Received[]} */
let toldMeanwhile = [];

async function readAll() {
  toldMeanwhile = [];
  const answer = await read(`/api/v1/inbox?limit=${SHOWN}`);
  if (answer.kind !== 'found') return;
  /** @type {Received[]} */
  const items = answer.value.items;
  const known = new Set(items.map((one) => one.id));
  shown = [...toldMeanwhile.filter((one) => !known.has(one.id)), ...items];
  show();
}

/** @param {Received} received */
function add(received) {
  if (shown.some((one) => one.id === received.id)) return;
  toldMeanwhile = [received, ...toldMeanwhile].slice(0, SHOWN);
  shown = [received, ...shown].slice(0, SHOWN);
  show();
}

const LIVE = { connecting: 'connecting …', live: 'live', broken: 'connection lost, trying again …' };

/** @param {keyof typeof LIVE} state */
function live(state) {
  const node = byId('inbox-live');
  node.textContent = LIVE[state];
  node.setAttribute('data-live', state);
}

function show() {
  byId('inbox-url').textContent = `${location.origin}/inbox/…`;
  byId('inbox-none').hidden = shown.length > 0;
  showRows(byId('inbox'), shown, (received) => received.id, row);
}

/** @param {Received} received */
function row(received) {
  const field = fieldsOf(received);
  const isCallback = received.profile !== null;
  const title = isCallback ? field('alertName') : (received.problems[0] ?? 'Not a callback.');
  const about = field('instanceName') ?? field('dimensions') ?? `${received.bodyBytes} bytes`;
  return element('li', {}, [
    element('details', {}, [
      element('summary', { class: 'row inbox-row' }, [
        isCallback ? levelBadge(field('triggerLevel')) : element('span', { class: 'badge' }, ['no callback']),
        element('span', { class: 'what' }, [
          element('strong', {}, [title ?? 'no name']),
          element('span', { class: 'quiet' }, [about]),
        ]),
        element('span', { class: 'value' }, [
          element('span', { class: 'number' }, [field('curValue') ?? '–']),
          element('span', { class: 'quiet' }, [field('expression') ?? '']),
        ]),
        element('span', { class: 'when quiet' }, [timeOf(received.receivedAt), element('br', {}), trust(received)]),
      ]),
      inside(received, field),
    ]),
  ]);
}

/**
 * @param {Received} received
 * @param {(name: string) => string | null} field
 */
function inside(received, field) {
  const isText = received.bodyBase64 === null;
  return element('div', { class: 'inside' }, [
    factList([
      ['Inbox', `/inbox/${received.name}`],
      ['webhook-id', received.webhookId],
      ['signature', received.formSignature],
      ['webhook-signature', received.webhookSignature],
      ['Attempt', attemptText(received)],
      ['preTriggerLevel', field('preTriggerLevel')],
      ['dimensions', field('dimensions')],
      ['ruleId', field('ruleId')],
      ['Content-Type', received.contentType],
      ['Profile', received.profile],
    ]),
    element('p', { class: 'label' }, [
      isText
        ? `The exact ${received.bodyBytes} bytes`
        : `The exact ${received.bodyBytes} bytes in Base64: they are no text`,
    ]),
    element('pre', { tabindex: '0', 'aria-label': 'The exact bytes that were received' }, [
      received.bodyBase64 ?? received.body,
    ]),
  ]);
}

const TRUST = new Map([
  ['invalid', '✕ bad signature'],
  ['expired', '✕ old signature'],
  ['valid', '✓ signed'],
]);

/** @param {Received} received one glance: may this be believed? */
function trust(received) {
  const verdicts = [received.formSignature, received.webhookSignature];
  const verdict = ['invalid', 'expired', 'valid'].find((one) => verdicts.includes(one)) ?? 'absent';
  return element('span', { class: 'trust', 'data-verdict': verdict }, [TRUST.get(verdict) ?? 'unsigned']);
}

/** @param {Received} received */
function attemptText(received) {
  const parts = [received.attempt === null ? 'not said' : String(received.attempt)];
  if (received.replay) parts.push('replayed');
  if (received.duplicateOf !== null) parts.push('seen before');
  return parts.join(', ');
}

/**
 * @param {Received} received
 * @returns {(name: string) => string | null} a field as text; null too for the literal `null` of the form profiles
 */
function fieldsOf(received) {
  return (name) => {
    const value = Object.hasOwn(received.fields, name) ? received.fields[name] : null;
    if (value === null || value === undefined || value === 'null') return null;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
}
