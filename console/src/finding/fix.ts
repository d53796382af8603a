import type { components } from '../api/assay-routes';
import { activeWhere, findingsAddress } from './address';

/** An upgrade, with the findings that it ends. */
export type Fix = components['schemas']['Fix'];

/** What an upgrade does, in a sentence's part: `django 3.2 to 4.2.26`. */
export function upgradeText({ name, installed, version }: Fix): string {
  const versions = [...new Set(installed.map(({ version }) => version))];
  const from = versions.length > 3 ? `${versions.length} versions` : versions.join(', ');
  return `${name} ${from} to ${version}`;
}

/** Names that one filter can have. */
const MOST_NAMES = 10;

/** Active findings that an upgrade ends: those with a fix in any of the packages that it upgrades. */
export function fixAddress({ installed, name }: Fix, severity?: string): string {
  const names = [...new Set(installed.map((one) => one.name))].slice(0, MOST_NAMES);
  return findingsAddress({
    ...activeWhere({ severity, fixAvailable: 'YES' }),
    vulnerablePackages: (names.length > 0 ? names : [name]).map((value) => ({
      name: { comparison: 'EQUALS', value },
    })),
  });
}
