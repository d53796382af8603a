import type { FilterCriteria } from '@aws-sdk/client-inspector2';
import { conditionsOf, parametersOf } from '../filter/criteria';
import { FINDING_FIELDS } from '../filter/findings';

/** The address of the list of findings that criteria say. */
export function findingsAddress(criteria: FilterCriteria): string {
  return `/findings?${parametersOf(conditionsOf(FINDING_FIELDS, criteria)).toString()}`;
}

/** Criteria for active findings of which the fields are equal to the values; a package is named. */
export function activeWhere(
  values: Partial<Record<keyof FilterCriteria, string | undefined>>,
): FilterCriteria {
  const entries = Object.entries({ findingStatus: 'ACTIVE', ...values }).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const equal = { comparison: 'EQUALS', value };
    return [[key, [key === 'vulnerablePackages' ? { name: equal } : equal]]];
  });
  return Object.fromEntries(entries) as FilterCriteria;
}

/** The address of active findings of which the fields are equal to the values. */
export function activeAddress(values: Partial<Record<keyof FilterCriteria, string | undefined>>): string {
  return findingsAddress(activeWhere(values));
}

/** The address of a resource's page. */
export function resourceAddress(type: string | undefined, id: string | undefined): string {
  return `/resource?${new URLSearchParams({ type: type ?? '', id: id ?? '' }).toString()}`;
}

/** The address of a vulnerability's page. */
export function vulnerabilityAddress(id: string | undefined): string {
  return `/vulnerabilities?${new URLSearchParams({ id: id ?? '' }).toString()}`;
}
