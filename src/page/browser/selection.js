// Which run and which layer a picture shows.
import { choice } from './dom.js';

/** Drop-downs for run and layer, each only where there are several; `state.run` and `state.layer` are places in the lists. */
export function selection(data, { runs, layers }, state, tell) {
  const controls = [];
  const labels = runs.map((run) => data.runs[run].label);
  if (labels.length > 1) controls.push(choice('run', labels, state.run, (k) => { state.run = k; tell(); }));
  if (layers.length > 1) controls.push(choice('layer', layers, state.layer, (k) => { state.layer = k; tell(); }));
  return controls;
}
