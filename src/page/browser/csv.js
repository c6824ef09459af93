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

/** A button that copies what `rows` gives, and says so. */
export function copyButton(rows, what) {
  const button = h('button', { type: 'button', 'aria-label': `Copy ${what} as CSV` }, 'Copy CSV');
  button.addEventListener('click', async () => {
    const copied = await copy(csvText(rows()));
    button.textContent = copied ? 'Copied' : 'Not copied';
    button.focus();
    setTimeout(() => { button.textContent = 'Copy CSV'; }, 1500);
  });
  return button;
}
