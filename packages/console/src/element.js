/**
 * Makes elements. Text reaches the page through text nodes only, whatever it holds: callbacks come from anybody.
 *
 * @param {string} tag
 * @param {Readonly<Record<string, string>>} attributes
 * @param {readonly (Node | string | null)[]} children null is left out
 * @returns {HTMLElement}
 */
export function element(tag, attributes, children = []) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  for (const child of children) if (child !== null) node.append(child);
  return node;
}

/**
 * @param {string} id
 * @returns {HTMLElement} the element of index.html; its absence is a mistake in this package
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`index.html has no #${id}`);
  return node;
}

/**
 * Shows items as the list's rows and touches only the rows that changed: what is open stays open, and focus stays.
 *
 * @template T
 * @param {HTMLElement} list
 * @param {readonly T[]} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => HTMLElement} render
 */
export function showRows(list, items, keyOf, render) {
  const old = new Map([...list.children].map((row) => [row.getAttribute('data-key'), row]));
  const rows = items.map((item) => {
    const key = keyOf(item);
    const content = JSON.stringify(item);
    const before = old.get(key);
    if (before?.getAttribute('data-content') === content) return before;
    const row = render(item);
    row.setAttribute('data-key', key);
    row.setAttribute('data-content', content);
    const wasOpen = before?.querySelector('details')?.open ?? false;
    const details = row.querySelector('details');
    if (details !== null) details.open = wasOpen;
    return row;
  });
  const kept = new Set(rows);
  for (const row of old.values()) if (!kept.has(row)) row.remove();
  rows.forEach((row, index) => {
    const present = list.children[index];
    if (present !== row) list.insertBefore(row, present ?? null);
  });
}
