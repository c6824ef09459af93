// Tables that a click on a column's name sorts: empty cells last, numbers by value, texts naturally.
import { copyButton } from './csv.js';
import { h, newId } from './dom.js';
import { written } from './format.js';

const key = (cell) => (Array.isArray(cell) ? cell[0] : cell);
const collator = new Intl.Collator('en', { numeric: true });

function compare(a, b) {
  const [x, y] = [key(a), key(b)];
  if (x == null || y == null) return (x == null) - (y == null);
  return typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y));
}

/** Means become two columns, so that numbers stay numbers. */
function csvRows(table) {
  const isMean = table.columns.map((_, k) => table.rows.some((row) => Array.isArray(row[k])));
  const header = table.columns.flatMap(({ name }, k) => (isMean[k] ? [name, `${name} ci95`] : [name]));
  const rows = table.rows.map((row) => row.flatMap((cell, k) => {
    if (!isMean[k]) return [cell];
    return Array.isArray(cell) ? cell : [cell, null];
  }));
  return [header, ...rows];
}

function cellOf(cell, kind) {
  const isText = kind === 'text' || typeof cell === 'string';
  const text = written(cell, kind);
  return h('td', { class: isText ? (text.length > 40 ? 'wraps' : null) : 'number' }, text);
}

export function tablePanel(table) {
  const heading = newId('title');
  let sorted = -1;
  let up = true;
  const body = h('tbody');
  const heads = table.columns.map(({ name, kind }, k) => {
    const button = h('button', { type: 'button' }, name);
    button.addEventListener('click', () => { up = sorted === k ? !up : true; sorted = k; fill(); });
    return h('th', { scope: 'col', class: kind === 'text' ? null : 'number' }, button);
  });
  function fill() {
    const order = table.rows.map((_, k) => k);
    const empty = (k) => key(table.rows[k][sorted]) == null;
    if (sorted >= 0) {
      order.sort((a, b) => (empty(a) !== empty(b) ? empty(a) - empty(b) : (up ? 1 : -1) * compare(table.rows[a][sorted], table.rows[b][sorted]) || a - b));
    }
    heads.forEach((head, k) => head.setAttribute('aria-sort', k !== sorted ? 'none' : up ? 'ascending' : 'descending'));
    body.replaceChildren(...order.map((k) => h('tr', {}, ...table.rows[k].map((cell, c) => cellOf(cell, table.columns[c].kind)))));
  }
  fill();
  return h('section', { id: table.id, class: 'wide table', 'aria-labelledby': heading },
    h('div', { class: 'head' }, h('h2', { id: heading }, table.title), h('span', { class: 'hint' }, table.hint), copyButton(() => csvRows(table), table.title)),
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': heading }, h('table', {}, h('thead', {}, h('tr', {}, ...heads)), body)),
    h('p', { class: 'seen' }, table.sentence));
}
