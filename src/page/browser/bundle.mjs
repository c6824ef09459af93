// Makes one HTML file of the page's script, style and the parts of ECharts in use, with marks where the program puts title
// and data. The script goes in by its hash, so that the page's policy lets nothing else run.
//
// usage: node bundle.mjs SOURCE_FOLDER NODE_MODULES PAGE.html
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [folder, modules, page] = process.argv.slice(2).map((path) => resolve(path));
const { build } = createRequire(join(modules, 'esbuild', 'package.json'))('esbuild');

async function bundled(entry, more) {
  const result = await build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    minify: true,
    write: false,
    charset: 'utf8',
    legalComments: 'none', // the licences go in whole, below
    nodePaths: [modules],
    logLevel: 'warning',
    ...more,
  });
  return result.outputFiles[0].text.trim();
}

/** What the packages in the page ask to be kept with it. */
function licences() {
  const files = [
    'echarts/LICENSE', 'echarts/NOTICE', 'echarts/licenses/LICENSE-d3', 'zrender/LICENSE', 'tslib/LICENSE.txt',
  ];
  return files.map((file) => `${file}\n\n${readFileSync(join(modules, file), 'utf8').trim()}\n`).join('\n');
}

const script = await bundled('main.js', { format: 'iife', target: 'es2020' });
const parts = {
  SCRIPT: script,
  SCRIPT_HASH: `sha256-${createHash('sha256').update(script).digest('base64')}`,
  STYLE: await bundled('style.css', { loader: { '.css': 'css' } }),
  LICENCES: licences().replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
};
for (const [name, text] of Object.entries(parts)) {
  if (/<\/(script|style)/i.test(text)) throw new Error(`${name} would end its own element`);
}
const template = readFileSync(join(folder, 'page.html'), 'utf8');
writeFileSync(page, template.replace(/%([A-Z_]+)%/g, (mark, name) => parts[name] ?? mark));
