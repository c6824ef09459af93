// Colours as the colour-blind see them, and how far they are apart.

const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, x, k) => sum + x * vector[k], 0));
const linearRgb = (hex) => [1, 3, 5].map((k) => linear(parseInt(hex.slice(k, k + 2), 16) / 255));

/**
 * Severity 1 of Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
 * deficiency", IEEE TVCG 15 (6), 2009: their tables, for linear RGB.
 */
export const deficiencies = {
  'full sight': [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
};

/** CIE L*a*b* (D65) of linear RGB, which simulation may have put slightly outside of [0, 1]. */
function lab(rgb) {
  const clipped = rgb.map((c) => Math.min(Math.max(c, 0), 1));
  const xyz = times([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]], clipped);
  const [x, y, z] = xyz.map((c, k) => c / [0.95047, 1, 1.08883][k]).map((t) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 * t + 16) / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Distance of two colours "#rrggbb" in CIE 1976 units, of which about 2.3 are just seen. */
export function distance(a, b, deficiency) {
  const [p, q] = [a, b].map((hex) => lab(times(deficiencies[deficiency], linearRgb(hex))));
  return Math.hypot(...p.map((c, k) => c - q[k]));
}

/** Contrast of two colours as WCAG 2 has it, 1 to 21. */
export function contrast(a, b) {
  const [p, q] = [a, b].map((hex) => times([[0.2126, 0.7152, 0.0722]], linearRgb(hex))[0]);
  return (Math.max(p, q) + 0.05) / (Math.min(p, q) + 0.05);
}
