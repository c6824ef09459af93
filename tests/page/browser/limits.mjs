// What the page's own script leaves out of large data, and whether it says so: pages of the sweep with more of everything.
import assert from 'node:assert/strict';

const copies = (count, make) => Array.from({ length: count }, (_, k) => make(k));
const hint = (page, id) => page.locator(`#${id} .hint`).innerText();

/** So many groups, each with the curves of the first. */
function manyGroups(data, count) {
  data.groups = copies(count, (k) => `group ${k}`);
  for (const chart of data.curves) chart.bands = copies(count, (k) => ({ ...chart.bands[0], group: k }));
}

/** So many runs in as many groups, at distances of one half. */
function manyRuns(data, count) {
  manyGroups(data, count);
  data.runs = copies(count, (k) => ({ label: `group ${k} s0`, group: k, seed: 0 }));
  const places = copies(count, (k) => k);
  const triangle = new Array(count * (count - 1) / 2).fill(0.5);
  Object.assign(data.map, { runs: places, clusters: places, between: data.map.between.map(() => triangle), within: [], within_seen: [], within_runs: [] });
}

/** Tests of a page: `change` is done to its data before it is opened. */
export const limitTests = [
  {
    name: 'numbers: 400 rows are shown, and how many there are',
    change: (data) => { data.curves.find(({ id }) => id === 'density').bands[0] = { group: 0, runs: 1, ...Object.fromEntries(['x', 'mean', 'low', 'high'].map((name) => [name, copies(401, (k) => k / 401)])) }; data.curves.find(({ id }) => id === 'density').bands.length = 1; },
    body: async ({ page }) => {
      await page.locator('#density button', { hasText: 'Numbers' }).click();
      assert.equal(await page.locator('#density tbody tr').count(), 400);
      assert.equal(await page.locator('#density caption').innerText(), 'Density: the first 400 of 401 rows; Copy CSV has all');
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.locator('#density button', { hasText: 'Copy CSV' }).click();
      assert.equal((await page.evaluate(() => navigator.clipboard.readText())).trim().split('\n').length, 402);
    },
  },
  {
    name: 'graph: of masks without weights nothing is said of signs and widths',
    change: (data) => data.connections.drawn.flat().forEach((layer) => { layer.weights = []; }),
    body: async ({ page }) => {
      assert.equal(await hint(page, 'graph'), 'each connection a line; no weights are known');
      assert.match(await page.locator('#graph .controls').innerText(), /drawn/);
      assert.doesNotMatch(await page.locator('#graph .controls').innerText(), /strongest/);
    },
  },
  {
    name: 'curves: names at the ends of lines where there is room, else it is said',
    change: (data) => manyGroups(data, 15),
    body: async ({ page }) => {
      assert.doesNotMatch(await hint(page, 'test_accuracy'), /no room/); // 290 pixels
      assert.match(await hint(page, 'density'), /; no room for names at the ends of the lines$/); // 250 pixels
      await page.locator('#density .legend button').first().click();
      assert.doesNotMatch(await hint(page, 'density'), /no room/);
    },
  },
  {
    name: 'curves: 36 groups look different, and more are said not to',
    change: (data) => manyGroups(data, 37),
    body: async ({ page }) => {
      const looks = await page.locator('#density .legend line').evaluateAll((lines) => lines.map((line) => `${line.getAttribute('stroke')} ${line.getAttribute('stroke-dasharray')}`));
      assert.equal(new Set(looks.slice(0, 36)).size, 36);
      assert.equal(looks[36], looks[0]);
      assert.match(await hint(page, 'density'), /groups beyond 36 share colours and dashes with others$/);
      await page.locator('#density .legend button').last().click();
      assert.doesNotMatch(await hint(page, 'density'), /share colours/);
    },
  },
  {
    name: 'map: 24 blocks have names',
    change: (data) => manyRuns(data, 24),
    body: async ({ page }) => assert.equal(await hint(page, 'map'), '0 equal, 1 nothing in common'),
  },
  {
    name: 'map: more have none, and it is said',
    change: (data) => manyRuns(data, 25),
    body: async ({ page }) => {
      assert.match(await hint(page, 'map'), /; no room for 25 names, which Numbers has$/);
      await page.locator('#map button', { hasText: 'Numbers' }).click();
      assert.equal(await page.locator('#map thead th').count(), 26);
    },
  },
  {
    name: 'degrees: bars that cover several say how many',
    change: (data) => { data.degrees.bars[0][0][0].width = 7; },
    body: async ({ page }) => {
      assert.match(await hint(page, 'degrees'), /, 7 to a bar; filled/);
      await page.locator('#degrees select').last().selectOption({ label: 'inputs' });
      assert.doesNotMatch(await hint(page, 'degrees'), /to a bar/);
    },
  },
];
