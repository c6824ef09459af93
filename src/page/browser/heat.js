// What heat maps share: Cividis, which the colour-blind read as others do (Nunez, Anderton and Renslow, PLOS ONE 2018).
import { color } from './theme.js';

const cividis = ['#00224e', '#123570', '#3b496c', '#575d6d', '#707173', '#8a8678', '#a59c74', '#c3b369', '#e1cc55', '#fee838'];

/** The scale beside a map, from `min` to `max`, and what stands at its ends. */
export function scale(min, max, low, high) {
  return {
    type: 'continuous', seriesIndex: 0, min, max, calculable: false, hoverLink: false, orient: 'vertical', right: 0, top: 'middle', itemHeight: 190, itemWidth: 12,
    precision: 2, text: [high, low], textStyle: { color: color('soft') }, inRange: { color: cividis },
  };
}

/** A heat map of cells [column, row, value], or of data items that hold such. */
export const heatSeries = (cells) => ({ type: 'heatmap', data: cells, emphasis: { itemStyle: { borderColor: color('text'), borderWidth: 1 } } });
