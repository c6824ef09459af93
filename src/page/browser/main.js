// The page from top to bottom.
import { degreePanel, spectrumPanel } from './bars.js';
import { drawWaiting } from './charts.js';
import { curvePanel } from './curves.js';
import { h } from './dom.js';
import { graphPanel } from './graph.js';
import { kernelPanel } from './kernels.js';
import { mapPanel } from './map.js';
import { tablePanel } from './tables.js';
import { startTheme, themeButton } from './theme.js';

const data = JSON.parse(document.getElementById('data').textContent);

function head() {
  return h('header', {}, h('h1', {}, data.title), h('p', {}, data.subtitle), themeButton());
}

function tiles() {
  return h('dl', { class: 'tiles' }, ...data.tiles.map(({ value, label }) => h('div', {}, h('dt', {}, label), h('dd', {}, value))));
}

function list(lines, label) {
  return lines.length > 0 && h('ul', { class: 'notes', 'aria-label': label }, ...lines.map((line) => h('li', {}, line)));
}

/** Charts over training: those of one kind share a panel. */
function overTraining() {
  const of = (...ids) => data.curves.filter(({ id }) => ids.includes(id));
  const accuracy = of('test_accuracy', 'validation_accuracy');
  const rest = [of('test_loss', 'validation_loss', 'train_loss'), of('density'), of('exploration_rate'), of('flops'), of('survival'), of('seconds')];
  const panels = rest.filter((charts) => charts.length > 0).map((charts) => curvePanel(charts, data.groups));
  return [...(accuracy.length > 0 ? [curvePanel(accuracy, data.groups, { wide: true, height: 290 })] : []), ...panels];
}

/** What is drawn of topologies; nothing where no run has snapshots. */
function ofTopologies() {
  const bars = [data.spectra && spectrumPanel(data), data.degrees && degreePanel(data)];
  const kernels = data.kernels && kernelPanel(data);
  return [data.map && mapPanel(data), data.connections && graphPanel(data), kernels, ...(kernels ? bars.reverse() : bars)].filter(Boolean);
}

/** Two panels a row: one that is left over gets a row of its own. */
function inRows(sections) {
  const narrow = sections.filter((section) => !section.classList.contains('wide'));
  if (narrow.length % 2 === 1) narrow.at(-1).classList.add('wide');
  return sections;
}

function start() {
  startTheme();
  const page = document.getElementById('page');
  const panels = h('div', { class: 'panels' });
  const notes = list(data.notes, 'What to know first');
  page.replaceChildren(head(), tiles(), ...(notes ? [notes] : []), panels);
  panels.append(...inRows(overTraining()), ...inRows(ofTopologies()), ...data.tables.map(tablePanel));
  const leftOut = list(data.left_out, 'Left out');
  if (leftOut) page.append(h('h2', {}, 'Left out'), leftOut);
  drawWaiting();
  document.querySelector('footer').prepend(h('p', {}, `Written by espalier ${data.version}. Charts by Apache ECharts.`));
  document.documentElement.dataset.ready = 'true';
}

start();
