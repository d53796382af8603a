/** One metric of two CVSS vectors, in words. */
export interface ComparedMetric {
  /** As vectors have it: `AV`. */
  key: string;
  name: string;
  base: string | undefined;
  here: string | undefined;
}

// Names and values of the CVSS 3.1 and 2.0 specifications' base metrics (first.org).
const METRICS: Record<string, [name: string, values: Record<string, string>]> = {
  AV: ['Attack vector', { N: 'Network', A: 'Adjacent', L: 'Local', P: 'Physical' }],
  AC: ['Attack complexity', { L: 'Low', M: 'Medium', H: 'High' }],
  AT: ['Attack requirements', { N: 'None', P: 'Present' }],
  Au: ['Authentication', { M: 'Multiple', S: 'Single', N: 'None' }],
  PR: ['Privileges required', { N: 'None', L: 'Low', H: 'High' }],
  UI: ['User interaction', { N: 'None', R: 'Required', P: 'Passive', A: 'Active' }],
  S: ['Scope', { U: 'Unchanged', C: 'Changed' }],
  C: ['Confidentiality', { N: 'None', L: 'Low', P: 'Partial', H: 'High', C: 'Complete' }],
  I: ['Integrity', { N: 'None', L: 'Low', P: 'Partial', H: 'High', C: 'Complete' }],
  A: ['Availability', { N: 'None', L: 'Low', P: 'Partial', H: 'High', C: 'Complete' }],
};

/**
 * The metrics of a base vector beside those of the vector that the surroundings make of it. A modified metric (`MAV:L`)
 * counts in place of its base metric.
 */
export function metricsOf(base: string, here: string): ComparedMetric[] {
  const before = partsOf(base);
  const after = partsOf(here);
  const keys = [...new Set([...before.keys(), ...[...after.keys()].map(baseKey)])];
  return keys.map((key) => {
    const [name, values] = METRICS[key] ?? [key, {}];
    const words = (value: string | undefined) => (value === undefined ? undefined : (values[value] ?? value));
    const modified = after.get(`M${key}`);
    return {
      key,
      name,
      base: words(before.get(key)),
      here: words(modified === undefined || modified === 'X' ? after.get(key) : modified),
    };
  });
}

function baseKey(key: string): string {
  return key.startsWith('M') && METRICS[key.slice(1)] !== undefined ? key.slice(1) : key;
}

function partsOf(vector: string): Map<string, string> {
  const parts = vector.split('/').filter((part) => part.includes(':') && !part.startsWith('CVSS:'));
  return new Map(parts.map((part) => part.split(':', 2) as [string, string]));
}
