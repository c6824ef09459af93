// What `espalier report` writes, in headless Chromium. Skipped where that or playwright-core is not there.
//
// usage: node page_test.mjs ESPALIER NODE_MODULES [SCREENSHOTS_FOLDER]
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { colours, findBrowser, openPage } from './browser.mjs';
import { limitTests } from './limits.mjs';
import { changedPage, hostile, makePages } from './runs.mjs';

const [espalier, modules, shots] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'espalier-page-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const tests = [];
/** @param file  the page that the test begins with */
const test = (name, body, file = 'sweep.html') => tests.push({ name, body, file });
const text = (page, selector) => page.locator(selector).innerText();
/** The map's new picture, once it is another than before: canvases are painted in the next frame. */
async function changed(page, before) {
  for (let tries = 0; tries < 100; ++tries) {
    const now = await canvasOf(page);
    if (now !== before) return now;
    await page.waitForTimeout(50);
  }
  throw new Error('the map stays as it is');
}
const canvasOf = async (page) => (await page.locator('#map .picture').screenshot()).toString('base64');

test('every picture is drawn', async ({ page }) => {
  for (const id of ['test_accuracy', 'test_loss', 'density', 'exploration_rate', 'flops', 'survival', 'seconds', 'map', 'graph', 'spectrum', 'degrees']) {
    assert.ok(await colours(page, `#${id} .picture`) > 12, `${id} is blank`);
    assert.ok((await text(page, `#${id} .seen`)).length > 10, `${id} has no sentence`);
  }
  assert.equal(await page.locator('.tiles dd').first().innerText(), '9');
});

test('the slider changes map, sentence and numbers', async ({ page }) => {
  const before = [await canvasOf(page), await text(page, '#map .seen')];
  const input = page.locator('#map input[type=range]');
  await input.focus();
  await page.keyboard.press('Home');
  assert.match(await text(page, '#map output'), /epoch 0/);
  await changed(page, before[0]);
  assert.notEqual(await text(page, '#map .seen'), before[1]);
  assert.match(await text(page, '#map .seen'), /equal topologies in all groups/);
});

test('rows of the map are ordered by a choice, and one run is shown over time', async ({ page }) => {
  const before = await canvasOf(page);
  await page.locator('#map select').nth(1).selectOption({ label: 'seed' });
  const bySeed = await changed(page, before);
  await page.locator('#map select').nth(0).selectOption({ label: 'over time, set s0' });
  await changed(page, bySeed);
  assert.match(await text(page, '#map .seen'), /set s0 ends/);
  assert.ok(await page.locator('#map input[type=range]').isHidden());
});

test('groups are hidden and shown by buttons', async ({ page }) => {
  const lines = () => page.locator('#test_accuracy .picture svg path[stroke="#d55e00"]').count();
  assert.equal(await lines(), 1);
  const button = page.locator('#test_accuracy .legend button', { hasText: 'set' });
  await button.focus();
  await page.keyboard.press('Space');
  assert.equal(await button.getAttribute('aria-pressed'), 'false');
  assert.equal(await lines(), 0);
  await page.keyboard.press('Space');
  assert.equal(await lines(), 1);
});

test('light and dark', async ({ page }) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const stroke = () => page.locator('#test_accuracy .picture svg path[stroke="#56b4e9"]').count();
  const light = await ground();
  assert.equal(await stroke(), 0);
  await page.getByRole('button', { name: 'Dark colours' }).click();
  assert.notEqual(await ground(), light);
  assert.ok(await stroke() > 0);
});

test('tables are sorted by their columns, empty cells last', async ({ page }) => {
  const column = () => page.locator('#runs tbody tr td:nth-child(3)').allInnerTexts();
  const button = page.locator('#runs th button', { hasText: 'test accuracy' });
  await button.click();
  const up = (await column()).map(parseFloat);
  assert.deepEqual(up, [...up].sort((a, b) => a - b));
  await button.click();
  const down = (await column()).map(parseFloat);
  assert.deepEqual(down, [...down].sort((a, b) => b - a));
  assert.equal(await page.locator('#runs th').nth(2).getAttribute('aria-sort'), 'descending');
});

test('numbers are copied as CSV, and shown as a table', async ({ page }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.locator('#density button', { hasText: 'Copy CSV' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^group,epoch,runs,mean,lowest,highest\nrigl,0,3,0\.0799/);
  await page.locator('#density button', { hasText: 'Numbers' }).click();
  assert.ok(await page.locator('#density table tbody tr').count() > 100);
});

/** What is pasted into the page by keyboard: what the clipboard holds, without being allowed to read it. */
async function pasted(page) {
  await page.evaluate(() => { const area = document.createElement('textarea'); area.id = 'paste'; document.body.append(area); area.focus(); });
  await page.keyboard.press('Control+V');
  return page.locator('#paste').inputValue();
}

test('where the browser refuses the clipboard, what is selected is copied', async ({ page }) => {
  await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException('refused', 'NotAllowedError')); });
  const button = page.locator('#survival button', { hasText: 'Copy CSV' });
  await button.click();
  await page.locator('#survival button[aria-label="Copied Survival of connections as CSV"]').waitFor();
  assert.equal(await page.locator('textarea').count(), 0);
  assert.match(await pasted(page), /^group,epoch,runs,mean,lowest,highest\nrigl,0,3,1,1,1\n/);
});

test('where there is no clipboard at all, and copying fails, the button says so', async ({ page }) => {
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
    document.execCommand = () => false;
  });
  await page.locator('#density button', { hasText: 'Copy CSV' }).click();
  const refused = page.locator('#density button[aria-label="The browser did not let Density be copied"]');
  assert.equal(await refused.innerText(), 'Not copied');
  await page.locator('#density button', { hasText: 'Copy CSV' }).waitFor({ timeout: 5000 });
});

test('kernels: a map of channels, hovered, copied, and of the larger layer blocks', async ({ page }) => {
  const map = page.locator('#kernels');
  assert.ok(await colours(page, '#kernels .picture') > 12);
  assert.match(await text(page, '#kernels .seen'), /^Of the 12 kernels of conv, .* empty .* full; one keeps .* of 9 weights on average\. /);
  await map.locator('.picture').hover({ position: { x: 150, y: 100 } });
  assert.match(await text(page, '#kernels .tip'), /output \d+, input 0\n\d of 9 weights kept/);
  await map.locator('button', { hasText: 'Numbers' }).click();
  assert.equal(await map.locator('table tbody tr').count(), 12);
  await map.locator('select').last().selectOption({ label: 'wide' });
  assert.match(await text(page, '#kernels .seen'), /A cell stands for 2 x 1 kernels\.$/);
  assert.match(await text(page, '#kernels .hint'), /blocks of kernels/);
  assert.equal(await map.locator('thead th').first().innerText(), 'output channels from');
  assert.match(await text(page, 'ul[aria-label="Left out"]'), /single kernels of wide: maps have up to 64 x 64 cells/);
  assert.ok((await map.locator('[role=img]').getAttribute('aria-describedby')).startsWith('seen'));
}, 'conv.html');

test('tickets of a lottery in a table that can be sorted', async ({ page }) => {
  const names = (await page.locator('#levels th button').allInnerTexts()).map((name) => name.replace(/\s+/g, ' '));
  for (const name of ['chain', 'level', 'density', 'IoU with it', 'by chance', 'NNSTD to it', 'IoU between seeds']) assert.ok(names.includes(name), name);
  assert.equal(await page.locator('#levels tbody tr').count(), 10);
  await page.locator('#levels th button', { hasText: 'density' }).click();
  const levels = await page.locator('#levels tbody tr td:nth-child(2)').allInnerTexts();
  assert.deepEqual(levels, [...levels].sort().reverse());
  assert.match(await text(page, '#levels .seen'), /espalier tickets compare/);
}, 'lottery.html');

test('masks: pictures that need topologies alone, and no start', async ({ page }) => {
  for (const id of ['map', 'graph', 'spectrum', 'degrees']) assert.ok(await colours(page, `#${id} .picture`) > 8, `${id} is blank`);
  assert.equal(await page.locator('#test_accuracy, #means').count(), 0);
  assert.equal(await text(page, '#degrees .hint'), 'neurons by their number of connections');
  assert.doesNotMatch(await text(page, 'main'), /at the start|at the end|seed|over time/);
  assert.match(await text(page, '#map .seen'), /^The two topologies are 0\.\d+ apart\.$/);
  assert.ok(await page.locator('#map input[type=range]').count() === 0);
}, 'masks.html');

test('layers in a table that can be sorted and copied', async ({ page }) => {
  assert.equal(await page.locator('#layers tbody tr').count(), 6);
  await page.locator('#layers th button', { hasText: 'edges' }).click();
  const edges = (await page.locator('#layers tbody tr td:nth-child(4)').allInnerTexts()).map((one) => Number(one.replace(/\D/g, '')));
  assert.deepEqual(edges, [...edges].sort((a, b) => a - b));
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.locator('#layers button', { hasText: 'Copy CSV' }).click();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^run,layer,shape,edges,density,/);
}, 'masks.html');

test('of one run the map opens with its moments', async ({ page }) => {
  assert.ok(await colours(page, '#map .picture') > 12);
  assert.match(await text(page, '#map .seen'), /^set s0 ends/);
  assert.ok(await page.locator('#map input[type=range]').isHidden());
  assert.equal(await page.locator('#map select').first().isVisible(), false);
  assert.match(await text(page, '#layers thead'), /NNSTD to its start/);
}, 'one.html');

test('filters of the graph take connections away', async ({ page }) => {
  const lines = () => page.locator('#graph .picture svg path').count();
  const before = await lines();
  await page.locator('#graph input[type=range]').first().focus();
  await page.keyboard.press('Home');
  assert.ok(await lines() < before - 100);
  assert.match(await text(page, '#graph .seen'), /^1 drawn\./);
});

test('every control has a name, every picture a description, and grey text is readable', async ({ page }) => {
  const nameless = await page.evaluate(() => [...document.querySelectorAll('button, select, input')].filter((element) => {
    const label = element.getAttribute('aria-label') ?? element.closest('label')?.textContent ?? element.textContent;
    return label.trim() === '';
  }).length);
  assert.equal(nameless, 0);
  const pictures = await page.evaluate(() => [...document.querySelectorAll('[role=img]')].map((element) =>
    document.getElementById(element.getAttribute('aria-describedby')).textContent.length));
  assert.ok(pictures.length >= 11 && pictures.every((length) => length > 10));
  for (const theme of ['light', 'dark']) {
    const ratios = await page.evaluate((name) => {
      document.documentElement.dataset.theme = name;
      const style = getComputedStyle(document.documentElement);
      const luminance = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16) / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
      const value = (variable) => luminance(style.getPropertyValue(variable).trim());
      const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const names = ['--text', '--soft', '--bound', ...[0, 1, 2, 3, 4, 5].map((k) => `--t${k}`)];
      const texts = names.map((variable) => [variable, contrast(value(variable), value('--card')), 4.5]);
      const lines = [0, 1, 2, 3, 4, 5].map((k) => [`--c${k}`, contrast(value(`--c${k}`), value('--card')), 3]);
      return [...texts, ...lines];
    }, theme);
    for (const [variable, ratio, least] of ratios) assert.ok(ratio >= least, `${theme} ${variable}: ${ratio.toFixed(2)} is below ${least}`);
  }
});

test('a narrow window has one column and nothing that sticks out', async ({ page }) => {
  await page.setViewportSize({ width: 480, height: 900 });
  await page.waitForTimeout(300);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 480));
});

test('paper is light', async ({ page }) => {
  await page.getByRole('button', { name: 'Dark colours' }).click();
  const pdf = await page.pdf({ format: 'A4' });
  assert.ok(pdf.length > 20000);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
});

async function hostileNames(browser) {
  const { page, faults } = await openPage(browser, join(folder, 'conv.html'));
  assert.equal(await text(page, 'h1'), hostile);
  assert.equal(await page.title(), hostile);
  assert.equal(await page.locator('main img, main script, main b').count(), 0);
  assert.match(await text(page, '#runs tbody'), /<\/script><b>x/);
  assert.match(await text(page, '#graph .seen'), /kernels of conv/);
  await page.locator('#test_accuracy .picture').hover();
  await page.locator('#map .picture').hover();
  assert.deepEqual(faults, []);
}

async function takeScreenshots(browser) {
  const small = { deviceScaleFactor: 0.75 };
  const { page } = await openPage(browser, join(folder, 'sweep.html'), small);
  const height = await page.locator('#density').evaluate((element) => element.getBoundingClientRect().bottom + 14);
  await page.screenshot({ path: join(shots, 'report-light.png'), fullPage: true, clip: { x: 0, y: 0, width: 1240, height } });
  const dark = await openPage(browser, join(folder, 'sweep.html'), { ...small, colorScheme: 'dark' });
  const [top, bottom] = await dark.page.evaluate(() => ['map', 'degrees'].map((id, k) => document.getElementById(id).getBoundingClientRect()[k === 0 ? 'top' : 'bottom']));
  await dark.page.screenshot({ path: join(shots, 'report-dark.png'), fullPage: true, clip: { x: 0, y: top - 14, width: 1240, height: bottom - top + 28 } });
}

const browser = await findBrowser(modules);
makePages(espalier, folder);
let failed = 0;
for (const { name, body, file, change } of [...tests, ...limitTests, { name: 'hostile names stay texts', body: null }]) {
  try {
    if (body === null) {
      await hostileNames(browser);
    } else {
      if (change) changedPage(join(folder, 'sweep.html'), join(folder, 'changed.html'), change);
      const { page, faults } = await openPage(browser, join(folder, change ? 'changed.html' : file));
      await body({ page });
      assert.deepEqual(faults, []);
      await page.context().close();
    }
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.message}`);
  }
}
if (shots) await takeScreenshots(browser);
await browser.close();
process.exitCode = failed > 0 ? 1 : 0;
