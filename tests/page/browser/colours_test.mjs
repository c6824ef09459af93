// Colours of the page for those who see other colours: the series of either theme under simulated protanopia, deuteranopia and
// tritanopia. Needs no browser.
//
// usage: node colours_test.mjs STYLE.css
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { contrast, deficiencies, distance } from './colour_vision.mjs';

const style = readFileSync(process.argv[2], 'utf8');

/** The variables of a theme. */
function theme(name) {
  const block = new RegExp(`\\[data-theme="${name}"\\]\\s*{([^}]*)}`).exec(style)[1];
  return Object.fromEntries([...block.matchAll(/--(\w+):\s*(#[0-9a-f]{6})/g)].map(([, variable, value]) => [variable, value]));
}

/** A just seen difference is 2.3; from 20 on two colours have two names. Tritanopia, which is rare, leaves blue and green closest. */
const least = { 'full sight': 30, protanopia: 20, deuteranopia: 20, tritanopia: 15 };

function closest(colours, deficiency) {
  const pairs = colours.flatMap((a, i) => colours.slice(i + 1).map((b) => ({ a, b, apart: distance(a, b, deficiency) })));
  return pairs.reduce((best, pair) => (pair.apart < best.apart ? pair : best));
}

// The simulation by values that are known: greys stay, red and green come close to each other, black and white stay 100 apart.
for (const deficiency of Object.keys(deficiencies)) {
  assert.ok(Math.abs(distance('#000000', '#ffffff', deficiency) - 100) < 0.1, deficiency);
  assert.ok(distance('#808080', '#808080', deficiency) === 0);
}
assert.ok(Math.abs(distance('#ff0000', '#00ff00', 'full sight') - 170.6) < 0.1);
assert.ok(distance('#b24c30', '#6c7a30', 'deuteranopia') < 0.3 * distance('#b24c30', '#6c7a30', 'full sight'));
assert.ok(Math.abs(contrast('#000000', '#ffffff') - 21) < 1e-9);

for (const name of ['light', 'dark']) {
  const colours = theme(name);
  const sets = {
    series: [0, 1, 2, 3, 4, 5].map((k) => colours[`c${k}`]),
    signs: [colours.positive, colours.negative],
    bars: [colours.c0, colours.bound],
  };
  for (const [what, set] of Object.entries(sets)) {
    assert.ok(set.every(Boolean), `${name} ${what}: a colour is missing`);
    for (const [deficiency, wanted] of Object.entries(least)) {
      const { a, b, apart } = closest(set, deficiency);
      assert.ok(apart >= wanted, `${name} ${what}, ${deficiency}: ${a} and ${b} are ${apart.toFixed(1)} apart, below ${wanted}`);
      console.log(`ok      ${name} ${what}, ${deficiency}: closest ${apart.toFixed(1)}`);
    }
  }
}
