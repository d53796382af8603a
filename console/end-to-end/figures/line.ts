/** Prints a figure as a line of JSON. */
export function tell(figure: string, values: Record<string, unknown>): void {
  console.log(JSON.stringify({ figure: `console-${figure}`, ...values }));
}

/** The value below which a share of all is, from 0 to 1, in whole milliseconds or bytes; nothing of nothing. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const value = sorted[Math.round((sorted.length - 1) * share)];
  return value === undefined ? undefined : Math.round(value);
}

/** The middle of all. */
export function median(values: readonly number[]): number | undefined {
  return quantile(values, 0.5);
}

/** How long something takes, of many tries. */
export function spread(values: readonly number[]): Record<string, unknown> {
  return {
    tries: values.length,
    p50Milliseconds: quantile(values, 0.5),
    p95Milliseconds: quantile(values, 0.95),
    mostMilliseconds: quantile(values, 1),
  };
}
