// Elements by hand: every text goes in as text, never as markup, whatever names from files hold.

/** h('button', {class: 'x', onclick: f}, 'text', child): an element; false and null children are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== false && child != null));
  return element;
}

let ids = 0;
/** A name for an element that others point to. */
export const newId = (what) => `${what}-${++ids}`;

/** A drop-down of these names; tells the place of the chosen one. */
export function choice(label, names, chosen, tell) {
  const options = names.map((name, k) => h('option', { value: k, selected: k === chosen }, name));
  const select = h('select', { onchange: () => tell(Number(select.value)) }, ...options);
  return h('label', {}, label, select);
}

/** A slider from `min` to `max`; `text` is what stands beside it. */
export function slider(label, { min, max, value, text, tell }) {
  const output = h('output', {}, text(value));
  const input = h('input', { type: 'range', min, max, value, 'aria-valuetext': text(value) });
  input.addEventListener('input', () => {
    const now = Number(input.value);
    output.textContent = text(now);
    input.setAttribute('aria-valuetext', text(now));
    tell(now);
  });
  return h('label', { class: 'slider' }, label, input, output);
}
