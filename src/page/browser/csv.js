// Rows as RFC 4180 has them, into the clipboard.
import { h } from './dom.js';

const cell = (value) => {
  const text = value == null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const csvText = (rows) => rows.map((row) => row.map(cell).join(',')).join('\n') + '\n';

/** Browsers give a page from a file no clipboard, but copy what is selected. */
function copySelected(text) {
  const area = h('textarea', { class: 'unsaid', 'aria-hidden': 'true' });
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** A button that copies what `rows` gives, and says so, to screen readers too. */
export function copyButton(rows, what) {
  const label = `Copy ${what} as CSV`;
  const button = h('button', { type: 'button', 'aria-label': label }, 'Copy CSV');
  const say = (text, spoken) => { button.textContent = text; button.setAttribute('aria-label', spoken); };
  button.addEventListener('click', async () => {
    const copied = await copy(csvText(rows()));
    if (copied) say('Copied', `Copied ${what} as CSV`);
    else say('Not copied', `The browser did not let ${what} be copied`);
    button.focus();
    setTimeout(() => say('Copy CSV', label), 1500);
  });
  return button;
}
