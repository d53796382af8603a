import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { type AccountNames, accountText, useAccountNames } from '../account/names';
import { readable } from '../text/words';
import { type Condition, conditionsIn, conditionsOf, criteriaOf, parametersOf, problemOf } from './criteria';
import type { Fields, Field } from './fields';
import type { Operator } from './kinds';

/** A filter that the address of the view holds. */
export interface AddressFilter<Criteria> {
  conditions: Condition[];
  criteria: Criteria;
  change(conditions: readonly Condition[]): void;
}

/**
 * The filter in the address, and how to change it. Parameters of the address that are no conditions stay.
 */
export function useAddressFilter<Criteria>(fields: Fields<Criteria>): AddressFilter<Criteria> {
  const [parameters, setParameters] = useSearchParams();
  const conditions = conditionsIn(fields, parameters);
  return {
    conditions,
    criteria: criteriaOf(fields, conditions),
    change(changed) {
      const normal = conditionsOf(fields, criteriaOf(fields, changed));
      const next = new URLSearchParams(
        [...parameters].filter(([key]) => !Object.hasOwn(fields, key.split('.')[0] ?? '')),
      );
      for (const [key, value] of parametersOf(normal)) next.append(key, value);
      setParameters(next);
    },
  };
}

/** The bar in which people put a filter together; each token is a condition of the criteria. */
export function FilterBar<Criteria>({
  fields,
  filter,
  what,
  matches,
}: {
  fields: Fields<Criteria>;
  filter: AddressFilter<Criteria>;
  /** What is filtered, as `findings`. */
  what: string;
  /** How many match, where that is known. */
  matches?: string;
}) {
  const [problem, setProblem] = useState<string>();
  const accounts = useAccountNames();
  const known = Object.entries<Field>(fields);
  return (
    <PropertyFilter
      query={{ operation: 'and', tokens: filter.conditions.map(tokenOf) }}
      onChange={({ detail }) => {
        const conditions = detail.tokens.map(conditionOf);
        setProblem(
          conditions.map((condition) => problemOf(fields, condition)).find((text) => text !== undefined),
        );
        filter.change(conditions);
      }}
      filteringProperties={known.flatMap(([key, field]) =>
        field.use === 'offered' ? [propertyOf(key, field)] : [],
      )}
      filteringOptions={known.flatMap(([key, field]) =>
        field.use === 'offered' ? optionsOf(key, field, accounts) : [],
      )}
      hideOperations
      disableFreeTextFiltering
      expandToViewport
      tokenLimit={8}
      countText={matches}
      filteringAriaLabel={`Filter ${what}`}
      filteringPlaceholder={`Filter ${what} by a property`}
      filteringConstraintText={problem}
      i18nStrings={{ clearFiltersText: 'Clear filters', removeTokenButtonAriaLabel }}
    />
  );
}

function removeTokenButtonAriaLabel(token: PropertyFilterProps.FormattedToken) {
  return `Remove ${token.propertyLabel} ${token.operator} ${token.value}`;
}

function propertyOf(key: string, field: Field): PropertyFilterProps.FilteringProperty {
  const { label, group, kind } = field;
  const [usual, ...operators] = kind.operators;
  return {
    key,
    propertyLabel: label,
    groupValuesLabel: `Values of ${label.toLowerCase()}`,
    group,
    defaultOperator: usual ?? '=',
    operators: [...operators],
  };
}

function optionsOf(
  propertyKey: string,
  { values = [] }: Field,
  accounts: AccountNames,
): PropertyFilterProps.FilteringOption[] {
  if (values === 'accounts') {
    return [...accounts.keys()].map((value) => ({ propertyKey, value, label: accountText(value, accounts) }));
  }
  return values.map((value) => ({ propertyKey, value, label: readable(value) }));
}

function tokenOf({ field, operator, text }: Condition): PropertyFilterProps.Token {
  return { propertyKey: field, operator, value: text };
}

function conditionOf({ propertyKey, operator, value }: PropertyFilterProps.Token): Condition {
  return { field: propertyKey ?? '', operator: operator as Operator, text: String(value ?? '').trim() };
}
