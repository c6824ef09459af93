// Histograms on a value axis, so that a line at a number stands where the number is: degrees, and singular values with their bound.
import { axis, base, draw, safe } from './charts.js';
import { choice } from './dom.js';
import { significant } from './format.js';
import { panel } from './panel.js';
import { selection } from './selection.js';
import { color } from './theme.js';

/** Bars from edge to edge; `outline` ones are lines around nothing. */
function barSeries(bars, width, paint, outline) {
  return {
    type: 'custom',
    clip: true,
    renderItem: (_, api) => {
      const [left, top] = api.coord([api.value(0), api.value(1)]);
      const [right, bottom] = api.coord([api.value(0) + width, 0]);
      const shape = { x: left + 0.5, y: top, width: Math.max(right - left - 1, 0.5), height: bottom - top };
      const style = outline ? { fill: 'none', stroke: paint, lineWidth: 1.5, lineDash: [4, 3] } : { fill: paint };
      return { type: 'rect', shape, style };
    },
    data: bars.map((count, k) => [k * width, count]).filter(([, count]) => count > 0),
  };
}

function line(value, text) {
  return {
    silent: true, symbol: 'none', animation: false, lineStyle: { color: color('bound'), type: [6, 4], width: 1.5 },
    label: { formatter: text, color: color('bound'), position: 'end', distance: 4 },
    data: [{ xAxis: value }],
  };
}

function barOption({ name, width, series, max, tip }) {
  return {
    grid: { left: 48, right: 20, top: 28, bottom: 42 },
    xAxis: axis({ name, min: 0, max, splitLine: { show: false }, axisLabel: { showMaxLabel: false }, axisLine: { show: true, lineStyle: { color: color('line') } } }),
    yAxis: axis({ minInterval: 1 }),
    tooltip: { ...base().tooltip, formatter: ({ value: [from, count] }) => tip(from, from + width, count) },
    series,
  };
}

export function degreePanel(data) {
  const { degrees } = data;
  const state = { run: 0, layer: 0, side: 0 };
  const shown = () => degrees.bars[state.run][state.layer][state.side];
  const rows = () => {
    const { width, first, last } = shown();
    if (first === null) return [['connections from', 'below', 'neurons'], ...last.map((count, k) => [k * width, (k + 1) * width, count])];
    return [['connections from', 'below', 'neurons at the start', 'neurons at the end'], ...last.map((count, k) => [k * width, (k + 1) * width, first[k], count])];
  };
  const controls = [...selection(data, degrees, state, () => update()), choice('of', ['outputs', 'inputs'], 0, (k) => { state.side = k; update(); })];
  const hint = () => `neurons by their number of connections${shown().width > 1 ? `, ${shown().width} to a bar` : ''}${shown().first === null ? '' : '; filled at the end, dashed at the start'}`;
  const made = panel({ id: 'degrees', title: 'Degrees', hint: hint(), sentence: shown().seen, rows, height: 280, controls });
  const drawn = draw(made.picture, () => {
    const { width, first, last } = shown();
    return barOption({
      name: 'connections of a neuron', width, max: width * last.length,
      tip: (from, to, count) => `${safe(width === 1 ? from : `${from} to ${to - 1}`)} connections: <b>${count}</b> neurons`,
      series: [barSeries(last, width, color('c0')), ...(first === null ? [] : [barSeries(first, width, color('c1'), true)])],
    });
  });
  function update() {
    made.explain(hint());
    made.say(shown().seen);
    made.refresh();
    drawn.redraw();
  }
  return made.section;
}

export function spectrumPanel(data) {
  const { spectra } = data;
  const state = { run: 0, layer: 0 };
  const shown = () => spectra.spectra[state.run][state.layer];
  const rows = () => [['singular value from', 'below', 'how many'], ...shown().bars.map((count, k) => [k * shown().width, (k + 1) * shown().width, count])];
  const made = panel({
    id: 'spectrum', title: 'Singular values', hint: `of the mask, 0 and 1${data.still ? '' : ', at the end'}`, sentence: shown().seen, rows, height: 280,
    controls: selection(data, spectra, state, () => update()),
  });
  const drawn = draw(made.picture, () => {
    const { width, bars, bound } = shown();
    const series = [barSeries(bars, width, color('c0'))];
    if (bound !== null) series.push({ type: 'line', data: [], markLine: line(bound, `Ramanujan bound ${significant(bound, 3)}`) });
    return barOption({
      name: 'singular value', width, max: Math.max(width * bars.length * 1.02, (bound ?? 0) * 1.15, 1e-9), series,
      tip: (from, to, count) => `${significant(from, 3)} to ${significant(to, 3)}: <b>${count}</b>`,
    });
  });
  function update() {
    made.say(shown().seen);
    made.refresh();
    drawn.redraw();
  }
  return made.section;
}
