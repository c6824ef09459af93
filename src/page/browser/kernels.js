// A convolution as a heat map, output by input channels: how many weights each kernel keeps; of large layers blocks of kernels.
import { axis, base, draw } from './charts.js';
import { heatSeries, scale } from './heat.js';
import { panel } from './panel.js';
import { selection } from './selection.js';
import { color } from './theme.js';

const isBinned = ({ output_block, input_block }) => output_block > 1 || input_block > 1;

/** The channels of a cell, "8" or "8 to 11". */
function channels(place, block, count) {
  const first = place * block;
  const last = Math.min(first + block, count) - 1;
  return { first, last, text: first === last ? String(first) : `${first} to ${last}` };
}

/** What each cell stands for, row by row. */
function cellsOf(map) {
  const across = Math.ceil(map.inputs / map.input_block);
  return map.cells.map((value, k) => ({
    value, column: k % across, row: Math.floor(k / across),
    input: channels(k % across, map.input_block, map.inputs), output: channels(Math.floor(k / across), map.output_block, map.outputs),
  }));
}

function tip(map, cells) {
  return ({ dataIndex }) => {
    const { value, input, output } = cells[dataIndex];
    const kept = isBinned(map) ? `<b>${value} %</b> of the weights kept` : `<b>${value}</b> of ${map.places} weights kept`;
    return `output ${output.text}, input ${input.text}<br>${kept}`;
  };
}

/** Channels in their order, a label where there is room. */
function channelAxis(count, block, name, more) {
  const places = Math.ceil(count / block);
  return {
    ...axis({ name, splitLine: { show: false }, axisLabel: { hideOverlap: true, formatter: (place) => String(Number(place) * block) } }),
    type: 'category', data: Array.from({ length: places }, (_, k) => String(k)), ...more,
  };
}

/** Nothing is no point of the scale: cells without a weight are grey. */
const item = ({ column, row, value }) => (value > 0 ? [column, row, value] : { value: [column, row, 0], visualMap: false, itemStyle: { color: color('grid') } });

/** @param most  the largest cell of this layer in any run, so that runs can be compared */
function option(map, most) {
  const cells = cellsOf(map);
  const unit = isBinned(map) ? ' %' : '';
  return {
    grid: { left: 54, right: 64, top: 8, bottom: 44 },
    xAxis: channelAxis(map.inputs, map.input_block, 'input channel', { nameGap: 26 }),
    yAxis: channelAxis(map.outputs, map.output_block, 'output channel', { inverse: true, nameGap: 36 }),
    visualMap: scale(Math.min(1, most - 1), most, `1${unit}`, `${most}${unit}`),
    tooltip: { ...base().tooltip, formatter: tip(map, cells) },
    series: [heatSeries(cells.map(item))],
  };
}

function rowsOf(map) {
  if (!isBinned(map)) {
    return [['output channel', 'input channel', 'weights kept', 'of'], ...cellsOf(map).map(({ output, input, value }) => [output.first, input.first, value, map.places])];
  }
  const header = ['output channels from', 'to', 'input channels from', 'to', 'weights kept, percent'];
  return [header, ...cellsOf(map).map(({ output, input, value }) => [output.first, output.last, input.first, input.last, value])];
}

export function kernelPanel(data) {
  const { kernels } = data;
  const state = { run: 0, layer: 0 };
  const map = () => kernels.maps[state.run][state.layer];
  const most = () => Math.max(1, ...kernels.maps.map((layers) => layers[state.layer].cells.reduce((a, b) => Math.max(a, b), 0)));
  const when = data.still ? '' : ', at the end';
  const hint = () => (isBinned(map()) ? `share of the weights kept in blocks of kernels${when}; grey: none` : `weights kept in each kernel${when}; grey: none`);
  const made = panel({
    id: 'kernels', title: 'Kernels', hint: hint(), sentence: map().seen, rows: () => rowsOf(map()), height: 430,
    controls: selection(data, kernels, state, () => update()),
  });
  const drawn = draw(made.picture, () => option(map(), most()), { renderer: 'canvas' });
  function update() {
    made.explain(hint());
    made.say(map().seen);
    made.refresh();
    drawn.redraw();
  }
  return made.section;
}
