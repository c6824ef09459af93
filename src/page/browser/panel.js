// A card of the page: a title that says what, grey text that says how to read it, the picture, what is seen.
import { copyButton } from './csv.js';
import { h, newId } from './dom.js';
import { numbersButton } from './numbers.js';

/**
 * @param rows   gives what the picture shows as rows, the first the header
 * @param wide   over both columns
 * @param height of the picture, in pixels
 */
export function panel({ id, title, hint, sentence, rows, wide = false, height = 300, controls = [], legend = null }) {
  const heading = newId('title');
  const seen = h('p', { class: 'seen', id: newId('seen'), 'aria-live': 'polite' }, sentence);
  const picture = h('div', {
    class: 'picture', role: 'img', style: `min-height:${height}px;height:${height}px`, 'aria-labelledby': heading, 'aria-describedby': seen.id,
  });
  const hintText = h('span', { class: 'hint' }, hint);
  const numbers = numbersButton(rows, title);
  const section = h('section', { id, class: wide ? 'wide' : null, 'aria-labelledby': heading },
    h('div', { class: 'head' }, h('h2', { id: heading }, title), hintText, numbers.button, copyButton(rows, title)),
    legend, picture,
    controls.length > 0 && h('div', { class: 'controls' }, ...controls), seen, numbers.place);
  return {
    section,
    picture,
    say: (text) => { seen.textContent = text; },
    explain: (text) => { hintText.textContent = text; },
    refresh: numbers.refresh,
  };
}
