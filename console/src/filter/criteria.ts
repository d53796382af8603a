import type { Field, Fields } from './fields';
import type { Kind, Operator, Term } from './kinds';

/** A condition on a field, as the filter bar shows it. */
export interface Condition extends Term {
  field: string;
}

type Entries = Record<string, unknown[] | undefined>;

/**
 * The criteria that conditions say. Conditions on one field are alternatives, as in Inspector's API; a lower and an
 * upper end that were said apart are one range. What says nothing is left out.
 */
export function criteriaOf<Criteria>(fields: Fields<Criteria>, conditions: readonly Condition[]): Criteria {
  const criteria: Entries = {};
  for (const { field: name, ...term } of joinedEnds(conditions)) {
    const filter = kindOf(fields, name)?.read(term);
    if (filter !== undefined) (criteria[name] ??= []).push(filter);
  }
  return criteria as Criteria;
}

/** The conditions that criteria say, in the order of the fields. */
export function conditionsOf<Criteria>(
  fields: Fields<Criteria>,
  criteria: Criteria | undefined,
): Condition[] {
  const entries = (criteria ?? {}) as Entries;
  return Object.keys(fields).flatMap((name) =>
    (entries[name] ?? []).map((filter) => ({
      field: name,
      ...(kindOf(fields, name)?.write(filter) ?? { operator: '=' as const, text: '' }),
    })),
  );
}

/** Why a condition says nothing: a form that its field does not have. Nothing where it is well. */
export function problemOf<Criteria>(fields: Fields<Criteria>, condition: Condition): string | undefined {
  const field = (fields as Record<string, Field>)[condition.field];
  if (field === undefined) return `there is no property ${condition.field}`;
  const filter = field.kind.read(condition);
  return filter === undefined ? `${field.label} must be ${field.kind.form}` : undefined;
}

const SUFFIXES: Record<Operator, string> = {
  '=': '',
  '!=': '.not',
  '^': '.prefix',
  '>=': '.from',
  '<=': '.to',
};

/** Conditions as parameters of an address, readable and stable: `severity=HIGH&title.prefix=CVE`. */
export function parametersOf(conditions: readonly Condition[]): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const { field, operator, text } of conditions) parameters.append(field + SUFFIXES[operator], text);
  return parameters;
}

/** The conditions of an address; parameters that are none, or say nothing, are left out. */
export function conditionsIn<Criteria>(fields: Fields<Criteria>, parameters: URLSearchParams): Condition[] {
  const conditions: Condition[] = [];
  for (const [key, text] of parameters) {
    const at = key.indexOf('.');
    const [field, suffix] = at < 0 ? [key, ''] : [key.slice(0, at), key.slice(at)];
    const operator = (Object.keys(SUFFIXES) as Operator[]).find((sign) => SUFFIXES[sign] === suffix);
    if (operator === undefined || !Object.hasOwn(fields, field)) continue;
    const condition = { field, operator, text };
    if (problemOf(fields, condition) === undefined) conditions.push(condition);
  }
  // The same conditions have one form, whatever way they came.
  return conditionsOf(fields, criteriaOf(fields, conditions));
}

/** One lower and one upper end on a field are a range between them. */
function joinedEnds(conditions: readonly Condition[]): Condition[] {
  const ends = (name: string, operator: Operator) =>
    conditions.filter(({ field, operator: sign }) => field === name && sign === operator);
  const joined: Condition[] = [];
  for (const condition of conditions) {
    const [lower, ...lowers] = ends(condition.field, '>=');
    const [upper, ...uppers] = ends(condition.field, '<=');
    const isPair = lower !== undefined && upper !== undefined && lowers.length + uppers.length === 0;
    if (isPair && condition === upper) continue;
    joined.push(
      isPair && condition === lower
        ? { field: condition.field, operator: '=', text: `${lower.text}..${upper.text}` }
        : condition,
    );
  }
  return joined;
}

function kindOf<Criteria>(fields: Fields<Criteria>, name: string): Kind<unknown> | undefined {
  return (fields as Record<string, Field>)[name]?.kind;
}
