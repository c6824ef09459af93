// Lines over training with seed bands: one line a group, its name at its end.
import { axis, draw, safe } from './charts.js';
import { choice, h } from './dom.js';
import { written } from './format.js';
import { legend } from './legend.js';
import { panel } from './panel.js';
import { color, dash, groupColor, groupText } from './theme.js';

/** Room for the names at the lines' ends: what the longest needs, within bounds. */
const labelWidth = (chart, bands, labels) => {
  const longest = Math.max(0, ...bands.map((band) => `${labels[band.group]} ${written(band.mean.at(-1), chart.unit)}`.length));
  return Math.min(Math.max(7 * longest, 60), 210);
};

/** The axis of an accuracy that begins at the lowest value after the first tenth, if much room is won by that: ends and step. */
function accuracyAxis(bands) {
  const last = Math.max(...bands.map((band) => band.x.at(-1)));
  let start = 1;
  let all = 1;
  let top = 0;
  for (const band of bands) {
    top = Math.max(top, ...band.high);
    band.low.forEach((low, k) => {
      all = Math.min(all, low);
      if (band.x[k] >= 0.1 * last) start = Math.min(start, low);
    });
  }
  start = Math.max(0, Math.floor(start * 20 - 0.2) / 20);
  if (start - all <= 0.1) return null;
  const step = [0.01, 0.02, 0.05, 0.1].find((one) => top - start <= 7 * one) ?? 0.2;
  const [first, end] = [Math.floor(start / step + 1e-9), Math.ceil(top / step - 1e-9)]; // whole steps, so that labels keep their distance
  return { min: first * step, max: end * step, interval: step };
}

/** Where the axis of a loss ends: above the highest value after the first tenth, if much room is won by that. */
function lossEnd(bands) {
  const last = Math.max(...bands.map((band) => band.x.at(-1)));
  let end = 0;
  let all = 0;
  for (const band of bands) {
    band.high.forEach((high, k) => {
      all = Math.max(all, high);
      if (band.x[k] >= 0.1 * last) end = Math.max(end, high);
    });
  }
  return end > 0 && all > 1.6 * end ? Number((1.1 * end).toPrecision(2)) : null;
}

/** What of the axis is shown where not all is: its start or its end, and the words for it. */
function cutOf(chart) {
  if (chart.id.endsWith('accuracy')) {
    const found = accuracyAxis(chart.bands);
    return found === null ? null : { ...found, words: `the axis begins at ${written(found.min, chart.unit)}, earlier points lie below` };
  }
  const end = chart.id.endsWith('loss') ? lossEnd(chart.bands) : null;
  return end === null ? null : { max: end, words: `the axis ends at ${written(end, chart.unit)}, earlier points lie above` };
}

/** Two invisible lines, one upon the other, with the space between them filled. */
function bandSeries(band) {
  const common = { type: 'line', stack: `band-${band.group}`, stackStrategy: 'all', symbol: 'none', silent: true, lineStyle: { opacity: 0 } };
  return [
    { ...common, data: band.x.map((x, k) => [x, band.low[k]]), tooltip: { show: false } },
    { ...common, data: band.x.map((x, k) => [x, band.high[k] - band.low[k]]), areaStyle: { color: groupColor(band.group), opacity: 0.13 } },
  ];
}

function lineSeries(band) {
  return {
    type: 'line',
    z: 3,
    data: band.x.map((x, k) => [x, band.mean[k]]),
    symbol: band.x.length === 1 ? 'circle' : 'none',
    symbolSize: 6,
    lineStyle: { color: groupColor(band.group), width: 2, type: dash(band.group) },
    itemStyle: { color: groupColor(band.group) },
  };
}

function tooltip(chart, bands, labels) {
  return (points) => {
    const x = points[0].axisValue;
    const lines = bands.map((band) => {
      const k = band.x.indexOf(x);
      if (k < 0) return '';
      const range = band.runs > 1 ? ` (${written(band.low[k], chart.unit)} to ${written(band.high[k], chart.unit)}, ${band.runs} seeds)` : '';
      return `<br><b style="color:${groupText(band.group)}">${safe(labels[band.group])}</b> ${written(band.mean[k], chart.unit)}${range}`;
    });
    return `${safe(chart.x_name)} ${written(x, 'number')}${lines.join('')}`;
  };
}

const shortened = (name, most) => (name.length <= most ? name : `${name.slice(0, Math.max(most - 1, 1))}…`);

/** Whether so many names find room one above the other. */
const hasRoom = (names, height) => names * 15 <= height - 40;

/** Colours times dash patterns: beyond that two groups look alike. */
const mostLooks = 36;

/** What lines of many groups lack. */
function lacking(shown, height) {
  const words = [];
  if (!hasRoom(shown.length, height)) words.push('no room for names at the ends of the lines');
  if (shown.some(({ group }) => group >= mostLooks)) words.push(`groups beyond ${mostLooks} share colours and dashes with others`);
  return words;
}

/** Names at the ends of their lines, at least 15 pixels apart; none where there are too many for that. */
function endLabels(instance, chart, bands, labels) {
  const room = labelWidth(chart, bands, labels);
  const height = instance.getHeight();
  const wanted = bands.map((band) => {
    const [x, y] = instance.convertToPixel({ gridIndex: 0 }, [band.x.at(-1), band.mean.at(-1)]);
    const value = written(band.mean.at(-1), chart.unit);
    const text = `${shortened(labels[band.group], Math.floor(room / 6.6) - value.length - 1)} ${value}`;
    return { x, y, text, group: band.group };
  }).filter((label) => Number.isFinite(label.y)).sort((a, b) => a.y - b.y);
  if (!hasRoom(wanted.length, height)) return;
  let free = 8;
  for (const label of wanted) {
    label.y = Math.max(label.y, free);
    free = label.y + 15;
  }
  for (let k = wanted.length - 1, floor = height - 44; k >= 0; --k) {
    wanted[k].y = Math.min(wanted[k].y, floor);
    floor = wanted[k].y - 15;
  }
  instance.setOption({
    graphic: wanted.map(({ x, y, text, group }) => ({
      type: 'text', silent: true, x: Math.max(x, instance.getWidth() - room - 16) + 6, y: y - 7,
      style: { text, fill: groupText(group), fontSize: 12 },
    })),
  });
}

function option(chart, bands, labels, cut) {
  return {
    grid: { left: 62, right: labelWidth(chart, bands, labels) + 16, top: 12, bottom: 40 },
    xAxis: axis({ name: chart.x_name, splitLine: { show: false }, axisLine: { show: true, onZero: false, lineStyle: { color: color('line') } }, min: 'dataMin', max: 'dataMax' }),
    yAxis: axis({ min: cut?.min ?? 0, max: cut?.max, interval: cut?.interval, axisLabel: { showMaxLabel: cut?.max === undefined || cut.interval !== undefined, formatter: (value) => written(value, chart.unit) } }),
    tooltip: { trigger: 'axis', axisPointer: { lineStyle: { color: color('soft') } }, formatter: tooltip(chart, bands, labels), className: 'tip', confine: true,
      backgroundColor: color('card'), borderColor: color('line'), textStyle: { color: color('text'), fontSize: 12 }, transitionDuration: 0 },
    series: bands.flatMap((band) => [...(band.runs > 1 ? bandSeries(band) : []), lineSeries(band)]),
  };
}

function rowsOf(chart, labels) {
  const rows = [['group', chart.x_name, 'runs', 'mean', 'lowest', 'highest']];
  for (const band of chart.bands) {
    band.x.forEach((x, k) => rows.push([labels[band.group], x, band.runs, band.mean[k], band.low[k], band.high[k]]));
  }
  return rows;
}

/**
 * One panel for several charts, of which one is shown.
 * @param charts  of the data, see bands.hpp; the first is shown
 * @param labels  of the groups
 */
export function curvePanel(charts, labels, { wide = false, height = 250 } = {}) {
  let chart = charts[0];
  let whole = false;
  const hidden = new Set();
  const shown = () => chart.bands.filter((band) => !hidden.has(band.group));
  const cut = () => (whole ? null : cutOf(chart));
  const controls = [];
  if (charts.length > 1) {
    controls.push(choice('of', charts.map(({ title }) => title), 0, (k) => { chart = charts[k]; update(); }));
  }
  const range = h('button', { type: 'button', 'aria-pressed': 'false' }, 'Whole range');
  range.addEventListener('click', () => { whole = !whole; range.setAttribute('aria-pressed', String(whole)); update(); });
  if (charts.some((one) => cutOf(one) !== null)) controls.push(range);
  const groups = [...new Set(charts.flatMap((one) => one.bands.map(({ group }) => group)))].sort((a, b) => a - b);
  const title = charts.length > 1 && !chart.id.endsWith('accuracy') ? 'Loss' : chart.title;
  const made = panel({
    id: chart.id, title, hint: '', sentence: chart.sentence, rows: () => rowsOf(chart, labels), wide, height, controls,
    legend: legend(groups.map((group) => ({ group, label: labels[group] })), hidden, () => update()),
  });
  const hint = () => [chart.hint, cut()?.words, ...lacking(shown(), height)].filter(Boolean).join('; ');
  const drawn = draw(made.picture, () => option(chart, shown(), labels, cut()), { after: (instance) => endLabels(instance, chart, shown(), labels) });
  function update() {
    made.explain(hint());
    made.say(chart.sentence);
    made.refresh();
    drawn.redraw();
  }
  made.explain(hint());
  return made.section;
}
