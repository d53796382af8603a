/** A word of the API's as people read it: `EC2_AGENTLESS` becomes `EC2 agentless`. */
export function readable(word: string | null | undefined): string {
  if (!word) return '–';
  const known = KNOWN[word];
  if (known !== undefined) return known;
  const parts = word.split(/[_\s]+/).map((part) => ABBREVIATIONS[part] ?? part.toLowerCase());
  const text = parts.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const ABBREVIATIONS: Record<string, string> = {
  ...Object.fromEntries(
    ['EC2', 'ECR', 'SSM', 'AWS', 'OS', 'CI', 'CSV', 'JSON', 'SBOM', 'SPDX', 'ID', 'NVD', 'CVE'].map(
      (word) => [word, word],
    ),
  ),
  AMI: 'machine image',
  LAMBDA: 'Lambda',
};

const KNOWN: Record<string, string> = {
  AWS_EC2_INSTANCE: 'Host',
  AWS_ECR_CONTAINER_IMAGE: 'Container image',
  AWS_ECR_REPOSITORY: 'Image repository',
  AWS_LAMBDA_FUNCTION: 'Function',
  CODE_REPOSITORY: 'Code repository',
  AWS_EC2_AMI: 'Machine image',
  EC2: 'Hosts',
  ECR: 'Container images',
  LAMBDA: 'Functions',
  LAMBDA_CODE: 'Code of functions',
  PACKAGE_VULNERABILITY: 'Package vulnerability',
  NETWORK_REACHABILITY: 'Network reachability',
  CODE_VULNERABILITY: 'Code vulnerability',
  EC2_SSM_AGENT_BASED: 'Agent',
  EC2_INSPECTOR_AGENT_BASED: 'Agent',
  EC2_AGENTLESS: 'Disks, without agent',
  EC2_HYBRID: 'Agent, else disks',
  CYCLONEDX_1_4: 'CycloneDX 1.4',
  SPDX_2_3: 'SPDX 2.3',
  YES: 'Yes',
  NO: 'No',
  PARTIAL: 'For some packages',
};

const NUMBER = new Intl.NumberFormat('en');

/** A count with its thousands apart. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : NUMBER.format(value);
}

/** A count with what it counts: `1 finding`, `2 findings`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(value)} ${value === 1 ? one : many}`;
}

const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** A length of time in the largest unit that it is a whole number of: `90 minutes`, `1 hour`. */
export function duration(seconds: number): string {
  const [length, name] = UNITS.find(([unit]) => seconds % unit === 0) ?? [1, 'second'];
  return counted(seconds / length, name);
}

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size in bytes in the largest decimal unit that fits. */
export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < BYTES.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${BYTES[unit]}`;
}
