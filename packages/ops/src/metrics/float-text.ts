/**
 * A number as Prometheus' text format writes it (ops §2.1): the shortest digits that round-trip,
 * plain from 1e-4 up to 1e6, otherwise with an exponent of a sign and at least two digits.
 */
export function floatText(value: number): string {
  if (Number.isInteger(value) && value > -1e6 && value < 1e6) {
    return Object.is(value, -0) ? "-0" : String(value);
  }
  if (!Number.isFinite(value)) return specialText(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e6) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

/** As `floatText`, for `le` and `quantile` of OpenMetrics, where whole numbers end in `.0`. */
export function boundText(value: number): string {
  const text = floatText(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function specialText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}
