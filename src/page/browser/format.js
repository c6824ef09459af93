// Numbers as people read them; null is a dash.

function inUnits(value, units, step) {
  let k = 0;
  let scaled = value;
  while (Math.abs(scaled) >= step && k + 1 < units.length) {
    scaled /= step;
    k += 1;
  }
  return `${significant(scaled, 3)} ${units[k]}`;
}

/** So many significant digits, no exponent below 10^15, thin spaces between thousands. */
export function significant(value, digits = 4) {
  if (value == null) return '–';
  if (value === 0) return '0';
  const size = Math.floor(Math.log10(Math.abs(value)));
  if (size >= 15 || size < -5) return value.toExponential(digits - 1);
  const decimals = Math.max(0, digits - 1 - size);
  const text = Number(value.toPrecision(digits)).toFixed(Math.min(decimals, 12));
  const [whole, part] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u2009');
  const kept = part === undefined ? '' : part.replace(/0+$/, '');
  return kept === '' ? grouped : `${grouped}.${kept}`;
}

function seconds(value) {
  if (value < 60) return `${significant(value, 3)} s`;
  const minutes = Math.floor(value / 60);
  if (minutes < 60) return `${minutes}m ${String(Math.floor(value % 60)).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
}

const writers = {
  percent: (value) => `${value === 0 || Math.abs(value) >= 0.01 ? (100 * value).toFixed(1) : significant(100 * value, 2)} %`,
  number: (value) => significant(value),
  seconds,
  bytes: (value) => inUnits(value, ['B', 'KiB', 'MiB', 'GiB', 'TiB'], 1024),
  flops: (value) => inUnits(value, ['FLOPs', 'kFLOPs', 'MFLOPs', 'GFLOPs', 'TFLOPs', 'PFLOPs', 'EFLOPs'], 1000),
  text: String,
};

/** A cell or a point: a number, a text, null, or [mean, half of its interval]. */
export function written(value, kind) {
  if (value == null) return '–';
  if (Array.isArray(value)) {
    const [mean, half] = value;
    if (half == null) return written(mean, kind);
    return `${written(mean, kind)} ± ${written(half < 1e-9 * Math.abs(mean) ? 0 : half, kind)}`; // sums of equal numbers are not exact
  }
  return typeof value === 'number' ? writers[kind](value) : String(value);
}
