// The numbers behind a picture as a table, for who cannot see it or wants to read them.
import { h } from './dom.js';

const most = 400;

function table(rows, title) {
  const [header, ...body] = rows;
  const shown = body.slice(0, most);
  const caption = body.length > most ? `${title}: the first ${most} of ${body.length} rows; Copy CSV has all` : title;
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Numbers: ${title}` },
    h('table', {}, h('caption', { class: body.length > most ? null : 'unsaid' }, caption),
      h('thead', {}, h('tr', {}, ...header.map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, ...shown.map((row) => h('tr', {}, ...row.map((value) => h('td', {}, value == null ? '–' : String(value))))))));
}

export function numbersButton(rows, title) {
  const place = h('div', {});
  const button = h('button', { type: 'button', 'aria-expanded': 'false', 'aria-label': `Numbers of ${title}` }, 'Numbers');
  const isOpen = () => button.getAttribute('aria-expanded') === 'true';
  const refresh = () => place.replaceChildren(...(isOpen() ? [table(rows(), title)] : []));
  button.addEventListener('click', () => {
    button.setAttribute('aria-expanded', String(!isOpen()));
    refresh();
  });
  return { button, place, refresh };
}
