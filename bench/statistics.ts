/** Several measurements of one thing, boiled down. */
export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
}

/** The value that this share (0..1) of all is not above; throws where there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  if (found === undefined) throw new Error("nothing was measured");
  return found;
}

/** Boils measurements down; of an even number the median is the mean of the two in the middle. */
export function figure(values: readonly number[]): Figure {
  const middle = (quantile(values, 0.5) + quantile(values, 0.5 + 1e-9)) / 2;
  return { median: middle, least: Math.min(...values), most: Math.max(...values), runs: values.length };
}

/** Whole numbers as they are; others with two decimals below ten, one below a hundred, else none. */
export function shortly(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0);
}

/** `5.31 (5.20–5.90)`; a figure that came out the same each time stands alone. */
export function shown({ median, least, most }: Figure, factor = 1): string {
  const middle = shortly(median * factor);
  return least === most ? middle : `${middle} (${shortly(least * factor)}–${shortly(most * factor)})`;
}
