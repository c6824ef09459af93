// Light or dark: the system's choice until the button is used. Charts read their colours from CSS and are drawn again.
import { h } from './dom.js';

const root = document.documentElement;
const listeners = [];

export const onTheme = (redraw) => listeners.push(redraw);
export const isDark = () => root.dataset.theme === 'dark';
/** The value of a CSS variable: color('text'). */
export const color = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
/** Of a group: six colours that the colour-blind tell apart (tests/page/browser/colours_test.mjs), again from the first after that. */
export const groupColor = (group) => color(`c${group % 6}`);
/** The same for text, which needs more contrast. */
export const groupText = (group) => color(`t${group % 6}`);
export const dash = (group) => ['solid', [7, 4], [2, 2], [9, 3, 2, 3], [12, 3], [4, 2, 1, 2]][(group + Math.floor(group / 6)) % 6];

function set(theme) {
  if (root.dataset.theme === theme) return;
  root.dataset.theme = theme;
  for (const redraw of listeners) redraw();
}

/** Paper is light. */
function printLight() {
  let before;
  window.addEventListener('beforeprint', () => { before = root.dataset.theme; set('light'); });
  window.addEventListener('afterprint', () => set(before));
}

export function startTheme() {
  set(window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  printLight();
}

export function themeButton() {
  const button = h('button', { type: 'button', 'aria-pressed': String(isDark()), 'aria-label': 'Dark colours' }, 'Light / dark');
  button.addEventListener('click', () => set(isDark() ? 'light' : 'dark'));
  onTheme(() => button.setAttribute('aria-pressed', String(isDark())));
  return button;
}
