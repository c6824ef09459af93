// Names of the groups as buttons, which can be reached by keyboard: a press hides a group's line.
import { h } from './dom.js';
import { dash, groupColor, onTheme } from './theme.js';

const svg = 'http://www.w3.org/2000/svg';

function sample(group) {
  const image = document.createElementNS(svg, 'svg');
  for (const [name, value] of Object.entries({ width: 22, height: 8, 'aria-hidden': 'true' })) image.setAttribute(name, value);
  const line = document.createElementNS(svg, 'line');
  const pattern = dash(group);
  const attributes = { x1: 0, x2: 22, y1: 4, y2: 4, 'stroke-width': 2.5, 'stroke-dasharray': pattern === 'solid' ? '' : pattern.join(' ') };
  for (const [name, value] of Object.entries(attributes)) line.setAttribute(name, value);
  const paint = () => line.setAttribute('stroke', groupColor(group));
  paint();
  onTheme(paint);
  image.append(line);
  return image;
}

/** @param hidden  a set of groups, which presses change before `tell` is called */
export function legend(groups, hidden, tell) {
  const buttons = groups.map(({ group, label }) => {
    const button = h('button', { type: 'button', 'aria-pressed': 'true' }, sample(group), label);
    button.addEventListener('click', () => {
      if (!hidden.delete(group)) hidden.add(group);
      button.setAttribute('aria-pressed', String(!hidden.has(group)));
      tell();
    });
    return button;
  });
  return h('div', { class: 'legend', role: 'group', 'aria-label': 'Lines shown' }, ...buttons);
}
