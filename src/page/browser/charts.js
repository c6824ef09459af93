// The parts of ECharts in use, and what all charts share: colours, fonts, no animation, drawn again when theme or width change.
import * as echarts from 'echarts/core';
import { CustomChart, HeatmapChart, LineChart, LinesChart, ScatterChart } from 'echarts/charts';
import {
  GraphicComponent, GridComponent, MarkLineComponent, TooltipComponent, VisualMapContinuousComponent,
} from 'echarts/components';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import { color, onTheme } from './theme.js';

echarts.use([
  CustomChart, HeatmapChart, LineChart, LinesChart, ScatterChart, GraphicComponent, GridComponent, MarkLineComponent,
  TooltipComponent, VisualMapContinuousComponent, CanvasRenderer, SVGRenderer,
]);

/** Text for the HTML of a tooltip. */
export const safe = (text) => echarts.format.encodeHTML(String(text));

/** What every option begins with. */
export function base() {
  return {
    animation: false,
    textStyle: { fontFamily: 'system-ui, "Noto Sans", "DejaVu Sans", sans-serif', color: color('text'), fontSize: 12 },
    tooltip: {
      className: 'tip', confine: true, backgroundColor: color('card'), borderColor: color('line'), transitionDuration: 0,
      textStyle: { color: color('text'), fontSize: 12 }, padding: [6, 10],
    },
  };
}

/** A value axis without ornaments; `more` over it. */
export function axis(more) {
  return {
    type: 'value',
    nameTextStyle: { color: color('soft') },
    axisLabel: { color: color('soft'), hideOverlap: true, ...more.axisLabel },
    axisLine: { show: false, lineStyle: { color: color('line') } },
    axisTick: { show: false },
    splitLine: { show: true, lineStyle: { color: color('grid') } },
    nameLocation: 'middle',
    nameGap: 28,
    ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== 'axisLabel')),
  };
}

const waiting = [];

/** Draws what was asked for before its element stood in the page, where it has a width. */
export function drawWaiting() {
  for (const begin of waiting.splice(0)) begin();
}

/**
 * Draws into an element what `option(chart)` gives, once it stands in the page and whenever theme or size change.
 * @param after  called after each drawing, with the chart: for what needs pixels
 */
export function draw(element, option, { renderer = 'svg', after = () => {} } = {}) {
  let chart = null;
  const redraw = () => {
    if (chart === null) return;
    chart.setOption({ ...base(), ...option(chart) }, { notMerge: true });
    after(chart);
  };
  const begin = () => {
    chart = echarts.init(element, null, { renderer });
    let width = element.clientWidth;
    new ResizeObserver(() => {
      if (element.clientWidth === width || element.clientWidth === 0) return;
      width = element.clientWidth;
      chart.resize();
      redraw();
    }).observe(element);
    onTheme(redraw);
    redraw();
  };
  if (element.isConnected) begin();
  else waiting.push(begin);
  return { redraw };
}
