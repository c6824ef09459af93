// A layer as a graph: inputs above, outputs below, a line a connection; of convolutions channels, a line a kernel.
import { axis, base, draw, safe } from './charts.js';
import { slider } from './dom.js';
import { significant } from './format.js';
import { panel } from './panel.js';
import { selection } from './selection.js';
import { color } from './theme.js';

/** Places of the drawn connections that pass the filters: the strongest `most`, between neurons of `degree` or more. */
function chosen(layer, { most, degree }) {
  const places = [];
  for (let k = 0; k < layer.from.length && places.length < most; ++k) {
    if (layer.from_degree[k] >= degree && layer.to_degree[k] >= degree) places.push(k);
  }
  return places;
}

const x = (place, count) => (count === 1 ? 0.5 : place / (count - 1));

function lineOf(layer, k, largest) {
  const weight = layer.weights[k] ?? 1;
  const size = largest > 0 ? Math.abs(weight) / largest : 1;
  return {
    coords: [[x(layer.from[k], layer.inputs), 1], [x(layer.to[k], layer.outputs), 0]],
    place: k,
    lineStyle: { color: color(weight < 0 ? 'negative' : 'positive'), width: 0.4 + 2 * size, opacity: 0.25 + 0.6 * size, curveness: 0 },
  };
}

const unit = (layer) => (layer.convolution ? 'channel' : 'neuron');

function tip(layer) {
  return ({ seriesType, data }) => {
    if (seriesType === 'scatter') return `${data.side} ${unit(layer)} ${data.place}: ${data.degree} connections`;
    const k = data.place;
    const weight = layer.weights.length === 0 ? '' : `<br>${layer.convolution ? 'L1 norm' : 'weight'} <b>${significant(layer.weights[k], 3)}</b>`;
    const kept = layer.convolution ? `<br>${layer.kept[k]} of ${layer.places} weights kept` : '';
    return `${safe(unit(layer))} ${layer.from[k]} to ${layer.to[k]}${weight}${kept}`;
  };
}

/** The neurons at the ends of what is shown, with all that they have; the others small and pale where they are few. */
function nodes(layer, places, side) {
  const [ends, degrees, count, y] = side === 'input' ? [layer.from, layer.from_degree, layer.inputs, 1] : [layer.to, layer.to_degree, layer.outputs, 0];
  const found = new Map(places.map((k) => [ends[k], degrees[k]]));
  return [...found].map(([place, degree]) => ({ value: [x(place, count), y], place, degree, side }));
}

function option(layer, filter) {
  const places = chosen(layer, filter);
  const largest = Math.max(...places.map((k) => Math.abs(layer.weights[k] ?? 1)), 0);
  const hidden = { show: false };
  const bare = { axisLabel: hidden, splitLine: hidden, axisLine: hidden };
  const count = (number, side) => `${number} ${side}${layer.convolution ? ' channel' : ''}${number === 1 ? '' : 's'}`;
  const labels = { name: count(layer.inputs, 'input'), nameGap: 14, nameLocation: 'middle' };
  return {
    grid: { left: 16, right: 16, top: 34, bottom: 34 },
    xAxis: [axis({ ...bare, min: 0, max: 1, name: count(layer.outputs, 'output'), nameGap: 14 }), axis({ ...bare, ...labels, min: 0, max: 1, position: 'top' })],
    yAxis: axis({ ...bare, min: -0.02, max: 1.02 }),
    tooltip: { ...base().tooltip, formatter: tip(layer) },
    series: [
      { type: 'lines', coordinateSystem: 'cartesian2d', data: places.map((k) => lineOf(layer, k, largest)), emphasis: { lineStyle: { width: 3, opacity: 1 } } },
      { type: 'scatter', data: [...nodes(layer, places, 'input'), ...nodes(layer, places, 'output')], symbolSize: Math.max(3, Math.min(7, 500 / Math.max(layer.inputs, layer.outputs))), itemStyle: { color: color('node') }, z: 3 },
    ],
  };
}

function rowsOf(layer, filter) {
  const header = ['from', 'to', layer.convolution ? 'L1 norm' : 'weight', ...(layer.convolution ? ['weights kept'] : [])];
  return [header, ...chosen(layer, filter).map((k) => [layer.from[k], layer.to[k], layer.weights[k] ?? null, ...(layer.convolution ? [layer.kept[k]] : [])])];
}

export function graphPanel(data) {
  const { connections } = data;
  const state = { run: 0, layer: 0 };
  const filter = { most: 200, degree: 1 };
  const layer = () => connections.drawn[state.run][state.layer];
  const all = connections.drawn.flat();
  const greatest = (lists) => lists.flat().reduce((a, b) => Math.max(a, b), 1);
  const largest = greatest(all.map(({ from }) => from.length));
  const degrees = greatest(all.flatMap((one) => [one.from_degree, one.to_degree]));
  const seen = () => {
    const shown = chosen(layer(), filter).length;
    return shown === layer().from.length ? layer().seen : `${shown} drawn. ${layer().seen}`;
  };
  const hasWeights = () => layer().weights.length > 0;
  const hint = () => {
    if (layer().convolution) return `each kernel a line${hasWeights() ? ', wide where its L1 norm is large' : ''}`;
    return hasWeights() ? 'blue above 0, orange below; wide where the weight is large' : 'each connection a line; no weights are known';
  };
  const controls = [
    ...selection(data, connections, state, () => update()),
    slider(all.some(({ weights }) => weights.length > 0) ? 'strongest' : 'drawn', { min: 1, max: largest, value: Math.min(filter.most, largest), text: String, tell: (most) => { filter.most = most; update(); } }),
    slider('degree at least', { min: 1, max: degrees, value: 1, text: String, tell: (degree) => { filter.degree = degree; update(); } }),
  ];
  const title = all.some(({ convolution }) => convolution) ? 'Connections and kernels' : 'Connections';
  const made = panel({ id: 'graph', title, hint: hint(), sentence: seen(), rows: () => rowsOf(layer(), filter), height: 430, controls });
  const drawn = draw(made.picture, () => option(layer(), filter));
  function update() {
    made.explain(hint());
    made.say(seen());
    made.refresh();
    drawn.redraw();
  }
  return made.section;
}
