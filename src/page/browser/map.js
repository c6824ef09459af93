// Distances between topologies: runs against runs at a moment that a slider chooses, or the moments of one run.
import { axis, base, draw, safe } from './charts.js';
import { choice, h, slider } from './dom.js';
import { heatSeries, scale } from './heat.js';
import { panel } from './panel.js';
import { color } from './theme.js';

/** A full square from its upper triangle, row by row. */
function square(triangle, n) {
  const full = Array.from({ length: n }, () => new Array(n).fill(0));
  let k = 0;
  for (let i = 0; i < n; ++i) {
    for (let j = i + 1; j < n; ++j) full[i][j] = full[j][i] = triangle[k++];
  }
  return full;
}

/** Orders of the rows, with what its blocks are called. */
function orders(map, data) {
  const runs = map.runs.map((run) => data.runs[run]);
  const places = runs.map((_, k) => k);
  const by = (first, second) => [...places].sort((a, b) => runs[a][first] - runs[b][first] || runs[a][second] - runs[b][second]);
  const cluster = { name: 'cluster (end)', order: map.clusters, block: (k) => runs[k].label };
  if (runs.every(({ seed }) => seed === null)) return [{ name: 'given order', order: places, block: (k) => runs[k].label }, { ...cluster, name: 'cluster' }];
  return [
    { name: 'method', order: by('group', 'seed'), block: (k) => data.groups[runs[k].group] },
    { name: 'seed', order: by('seed', 'group'), block: (k) => (runs[k].seed === null ? runs[k].label : `seed ${runs[k].seed}`) },
    cluster,
  ];
}

/** Neighbours of one block: where it begins and ends. */
function blocks(names) {
  const found = [];
  names.forEach((name, k) => {
    if (k > 0 && names[k - 1] === name) found.at(-1).end = k;
    else found.push({ name, begin: k, end: k });
  });
  return found;
}

/** More blocks than that have no room for their names. */
const mostNamed = 24;
/** Pixels for the names of blocks: what the longest needs, within bounds. */
const roomFor = (names) => Math.min(Math.max(7 * Math.max(...names.map((name) => name.length)), 40), 150);

/** Labels in the middle of their blocks, lines between blocks of more than one. */
function axisOf(names, inverse) {
  const found = blocks(names);
  const middle = new Map(found.map(({ name, begin, end }) => [Math.floor((begin + end) / 2), name]));
  return {
    ...axis({ axisLabel: {
      show: true, width: roomFor(names), overflow: 'truncate', interval: 0, rotate: inverse ? 0 : found.length > 4 ? 40 : 0,
      formatter: (_, k) => (found.length <= mostNamed ? middle.get(k) ?? '' : ''),
    } }),
    type: 'category', data: names.map((_, k) => String(k)), inverse, splitLine: { show: false },
  };
}

/** Drawn by hand: a category axis has no places between its categories. */
function borders(names) {
  const found = blocks(names);
  const side = names.length - 1;
  return {
    type: 'custom', silent: true, tooltip: { show: false }, z: 3,
    data: found.length < names.length ? found.slice(1).map(({ begin }) => [begin, begin]) : [],
    renderItem: (_, api) => {
      const [width, height] = api.size([1, 1]);
      const [x, y] = api.coord([api.value(0), api.value(1)]);
      const [[left, top], [right, bottom]] = [api.coord([0, 0]), api.coord([side, side])];
      const style = { stroke: color('card'), lineWidth: 1.5 };
      const across = { x1: left - width / 2, x2: right + width / 2, y1: y - height / 2, y2: y - height / 2 };
      const down = { x1: x - width / 2, x2: x - width / 2, y1: top - height / 2, y2: bottom + height / 2 };
      return { type: 'group', children: [{ type: 'line', shape: across, style }, { type: 'line', shape: down, style }] };
    },
  };
}

function option(view) {
  const { distances, names, labels, metric } = view;
  const room = roomFor(names);
  const isSlanted = blocks(names).length > 4;
  const cells = distances.flatMap((row, i) => row.map((value, j) => [j, i, value]));
  return {
    grid: { left: room + 8, right: 64, top: 8, bottom: isSlanted ? 0.65 * room + 24 : 28 },
    xAxis: axisOf(names, false),
    yAxis: axisOf(names, true),
    visualMap: scale(0, 1, '0', '1'),
    tooltip: { ...base().tooltip, formatter: ({ value: [j, i, distance] }) => `${safe(labels[i])}<br>${safe(labels[j])}<br>${safe(metric)} <b>${distance}</b>` },
    series: [heatSeries(cells), borders(names)],
  };
}

export function mapPanel(data) {
  const { map } = data;
  const all = orders(map, data);
  const last = map.moments.length - 1;
  const isAlone = map.runs.length === 1; // then its moments are all there is to see
  const state = { run: isAlone ? 0 : -1, moment: last, order: 0 };

  function view() {
    if (state.run >= 0) {
      return { distances: square(map.within[state.run], map.moments.length), names: map.moments, labels: map.moments, metric: map.metric };
    }
    const { order, block } = all[state.order];
    const full = square(map.between[state.moment], map.runs.length);
    const labels = order.map((k) => data.runs[map.runs[k]].label);
    return { distances: order.map((i) => order.map((j) => full[i][j])), names: order.map(block), labels, metric: map.metric };
  }
  const rows = () => {
    const { distances, labels } = view();
    return [['', ...labels], ...distances.map((row, i) => [labels[i], ...row])];
  };
  const hint = () => {
    const count = blocks(view().names).length;
    return `0 equal, 1 nothing in common${count > mostNamed ? `; no room for ${count} names, which Numbers has` : ''}`;
  };
  const seen = () => (state.run >= 0 ? map.within_seen[state.run] : map.between_seen[state.moment]);
  const names = map.within_runs.map((run) => `over time, ${data.runs[run].label}`);
  const what = choice('show', isAlone ? names : ['between runs', ...names], 0, (k) => { state.run = isAlone ? k : k - 1; update(); });
  const order = choice('rows by', all.map(({ name }) => name), 0, (k) => { state.order = k; update(); });
  const moment = slider('at', { min: 0, max: last, value: last, text: (k) => map.moments[k], tell: (k) => { state.moment = k; update(); } });
  const made = panel({
    id: 'map', title: map.metric === 'nnstd' ? 'NNSTD' : 'NNSTD, layer by layer', hint: hint(), sentence: seen(), rows, height: 430,
    controls: [names.length > (isAlone ? 1 : 0) && what, order, last > 0 && moment].filter(Boolean),
  });
  const drawn = draw(made.picture, () => option(view()), { renderer: 'canvas' });
  function hideUnused() {
    order.hidden = state.run >= 0;
    moment.hidden = state.run >= 0;
  }
  hideUnused();
  function update() {
    hideUnused();
    made.explain(hint());
    made.say(seen());
    made.refresh();
    drawn.redraw();
  }
  return made.section;
}
