// A headless browser with one page open, which notes all that must not happen: console errors, exceptions, requests.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export const skip = 77;
const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Ends the test as skipped where the browser or its driver is not there. */
export async function findBrowser(modules) {
  const executablePath = programs.find((path) => existsSync(path));
  const driver = `${modules}/playwright-core/index.mjs`;
  if (!executablePath || !existsSync(driver)) {
    console.log(`skipped: ${executablePath ? 'playwright-core was not installed' : 'no Chromium (apt-get install chromium)'}`);
    process.exit(skip);
  }
  const { chromium } = await import(pathToFileURL(driver));
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** The page of a file, drawn; `faults` grows by a line for each thing that must not happen. */
export async function openPage(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1240, height: 900 }, colorScheme: 'light', ...options });
  const page = await context.newPage();
  const faults = [];
  const url = pathToFileURL(file).href;
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => { if (request.url() !== url && !request.url().startsWith('data:')) faults.push(`request: ${request.url()}`); });
  await page.goto(url);
  await page.waitForSelector('html[data-ready]', { timeout: 60000 });
  return { page, faults };
}

/** How many colours a picture of an element has: one or two where nothing was drawn. */
export async function colours(page, selector) {
  const image = (await page.locator(selector).screenshot()).toString('base64');
  return page.evaluate(async (data) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    canvas.drawImage(bitmap, 0, 0);
    return new Set(new Uint32Array(canvas.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
  }, image);
}
