// The runs whose pages the tests look at, and pages whose data are changed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const digits = `name = "digits"
[data]
dataset = "digits"
[model]
hidden = [128, 96]
[sparsity]
density = 0.08
[training]
epochs = 40
batch_size = 64
[snapshots]
every = "2ep"
`;
const sweep = `name = "digits"
base = "base.toml"
seeds = [0, 1, 2]
[[variants]]
name = "rigl"
sparsity.method = "rigl"
[[variants]]
name = "set"
sparsity.method = "set"
[[variants]]
name = "static"
sparsity.method = "static"
`;
const convolutions = `[data]
dataset = "digits"
[model]
kind = "layers"
[[model.layers]]
kind = "conv2d"
name = "conv"
channels = 12
kernel = 3
padding = 1
[[model.layers]]
kind = "relu"
[[model.layers]]
kind = "conv2d"
name = "wide"
channels = 80
kernel = 3
padding = 1
[[model.layers]]
kind = "relu"
[[model.layers]]
kind = "flatten"
[[model.layers]]
kind = "linear"
[sparsity]
method = "set"
density = 0.2
[training]
epochs = 2
`;
const dense = `[data]
dataset = "digits"
[model]
hidden = [32, 16]
[training]
epochs = 3
batch_size = 64
`;
const lottery = `name = "lottery"
base = "dense.toml"
seeds = [0, 1]
[find]
levels = 2
fraction = 0.5
controls = ["random_mask"]
`;
export const hostile = '<script>alert(1)</script>'.replace('/', '\u2215') + '<img src=x onerror=alert(2)> "a" & \'b\'';

/** sweep.html, one.html, masks.html, conv.html and lottery.html of runs that are made here, with hostile names in the second. */
export function makePages(espalier, folder) {
  const run = (...words) => execFileSync(espalier, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  writeFileSync(join(folder, 'base.toml'), digits);
  writeFileSync(join(folder, 'sweep.toml'), sweep);
  writeFileSync(join(folder, 'conv.toml'), convolutions);
  run('sweep', join(folder, 'sweep.toml'), '--out', join(folder, 'sweep'), '--jobs', '1', '--progress', 'none');
  run('report', join(folder, 'sweep'), '--out', join(folder, 'sweep.html'));
  run('report', join(folder, 'sweep', 'set-s0'), '--out', join(folder, 'one.html'));
  const masks = ['set-s0', 'rigl-s0'].map((name) => {
    run('export', join(folder, 'sweep', name), '--format', 'npz', '--out', join(folder, `${name}.npz`));
    return join(folder, `${name}.npz`);
  });
  run('report', ...masks, '--out', join(folder, 'masks.html'));
  run('run', join(folder, 'conv.toml'), '--set', `name='''${hostile}'''`, '--out', join(folder, 'conv'), '--progress', 'none');
  mkdirSync(join(folder, '<'));
  run('run', join(folder, 'conv.toml'), '--set', 'seed=1', '--set', `name='''${hostile}'''`, '--out', join(folder, '<', 'script><b>x'), '--progress', 'none');
  writeFileSync(join(folder, 'dense.toml'), dense);
  writeFileSync(join(folder, 'lottery.toml'), lottery);
  run('tickets', 'find', join(folder, 'lottery.toml'), '--out', join(folder, 'lottery'), '--jobs', '1', '--progress', 'none');
  run('report', join(folder, 'lottery'), '--out', join(folder, 'lottery.html'));
  run('report', join(folder, 'conv'), join(folder, '<'), '--title', hostile, '--out', join(folder, 'conv.html'));
}

/** A page like another one, with data that `change` has been at: for what no small run has. */
export function changedPage(from, to, change) {
  const html = readFileSync(from, 'utf8');
  const begin = '<script type="application/json" id="data">';
  const first = html.indexOf(begin) + begin.length;
  const last = html.indexOf('</script>', first);
  const data = JSON.parse(html.slice(first, last));
  change(data);
  writeFileSync(to, html.slice(0, first) + JSON.stringify(data).replaceAll('<', '\\u003c') + html.slice(last));
}
