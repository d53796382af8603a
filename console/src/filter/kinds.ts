import type {
  DateFilter,
  MapFilter,
  NumberFilter,
  PackageFilter,
  PortRangeFilter,
  StringFilter,
} from '@aws-sdk/client-inspector2';

/** How a value is compared, by the signs of the filter bar. */
export type Operator = '=' | '!=' | '^' | '>=' | '<=';

/** One condition as the filter bar and the address have it. */
export interface Term {
  operator: Operator;
  text: string;
}

/** One sort of conditions of Inspector's API, and how people write them. `read` undoes `write`. */
export interface Kind<Filter> {
  operators: readonly Operator[];
  /** The condition that is written so, or nothing where it is none. */
  read(term: Term): Filter | undefined;
  write(filter: Filter): Term;
  /** What a value looks like, for who has typed something else. */
  form: string;
}

const COMPARISONS = { '=': 'EQUALS', '!=': 'NOT_EQUALS', '^': 'PREFIX' } as const;
const SIGNS: Record<string, Operator> = { EQUALS: '=', NOT_EQUALS: '!=', PREFIX: '^' };

type Texts = { comparison: StringFilter['comparison'] | undefined; value: string | undefined };

function texts(operators: readonly ('=' | '!=' | '^')[]): Kind<Texts> {
  return {
    operators,
    read({ operator, text }) {
      if (text === '' || !operators.some((known) => known === operator)) return undefined;
      return { comparison: COMPARISONS[operator as '=' | '!=' | '^'], value: text };
    },
    write: ({ comparison, value }) => ({ operator: SIGNS[comparison ?? ''] ?? '=', text: value ?? '' }),
    form: 'a text',
  };
}

/** Texts that are equal, different, or begin so. */
export const text = texts(['=', '!=', '^']) as Kind<StringFilter>;

/** Texts of coverage, which knows no beginnings. */
export const word = texts(['=', '!=']) as Kind<StringFilter & { comparison: 'EQUALS' | 'NOT_EQUALS' }>;

/** A range with both ends in it: `7`, `7..9`, `7..`, `..9`. */
function range<Value, Filter>(
  form: string,
  parse: (text: string) => Value | undefined,
  format: (value: Value) => string,
  make: (from: Value | undefined, to: Value | undefined) => Filter,
  ends: (filter: Filter) => [Value | undefined, Value | undefined],
): Kind<Filter> {
  return {
    operators: ['=', '>=', '<='],
    read({ operator, text: whole }) {
      if (operator === '!=' || operator === '^') return undefined;
      if (operator === '=' && whole.includes('..')) {
        const [from = '', to = '', ...more] = whole.split('..');
        const [start, end] = [parse(from), parse(to)];
        const isWhole = (from === '' || start !== undefined) && (to === '' || end !== undefined);
        if (more.length > 0 || !isWhole || (start === undefined && end === undefined)) return undefined;
        return make(start, end);
      }
      const value = parse(whole);
      if (value === undefined) return undefined;
      return make(operator === '<=' ? undefined : value, operator === '>=' ? undefined : value);
    },
    write(filter) {
      const [from, to] = ends(filter).map((end) => (end === undefined ? undefined : format(end)));
      if (from === undefined) return { operator: '<=', text: to ?? '' };
      if (to === undefined) return { operator: '>=', text: from };
      return { operator: '=', text: from === to ? from : `${from}..${to}` };
    },
    form,
  };
}

const parseNumber = (text: string) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined);

/** A range of numbers. */
export const number: Kind<NumberFilter> = range(
  'a number, or a range as 7..9',
  parseNumber,
  String,
  (lowerInclusive, upperInclusive) => ({ lowerInclusive, upperInclusive }),
  ({ lowerInclusive, upperInclusive }) => [lowerInclusive, upperInclusive],
);

/** A range of ports. */
export const ports: Kind<PortRangeFilter> = range(
  'a port, or a range as 20..25',
  (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
  String,
  (beginInclusive, endInclusive) => ({ beginInclusive, endInclusive }),
  ({ beginInclusive, endInclusive }) => [beginInclusive, endInclusive],
);

/** A range of times, as RFC 3339 has them; of a day its beginning. */
export const date: Kind<DateFilter> = range(
  'a day as 2026-01-31, a time as 2026-01-31T12:00:00Z, or a range of two as 2026-01-01..2026-01-31',
  (text) => {
    if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
    const time = new Date(text);
    return Number.isNaN(time.getTime()) ? undefined : time;
  },
  (time) =>
    time
      .toISOString()
      .replace(/\.000Z$/, 'Z')
      .replace(/T00:00:00Z$/, ''),
  (startInclusive, endInclusive) => ({ startInclusive, endInclusive }),
  ({ startInclusive, endInclusive }) => [startInclusive, endInclusive],
);

// Where a key ends, and what stands for the sign in a key.
const escapeKey = (key: string) => key.replaceAll('%', '%25').replaceAll('=', '%3D');
const readKey = (key: string) => key.replaceAll('%3D', '=').replaceAll('%25', '%');

/** A tag: its key, or `key=value`. */
export const tag: Kind<MapFilter> = {
  operators: ['='],
  read({ operator, text: whole }) {
    if (operator !== '=') return undefined;
    const at = whole.indexOf('=');
    const key = readKey(at < 0 ? whole : whole.slice(0, at));
    if (key === '') return undefined;
    return { comparison: 'EQUALS', key, value: at < 0 ? undefined : whole.slice(at + 1) };
  },
  write: ({ key, value }) => ({
    operator: '=',
    text: escapeKey(key ?? '') + (value === undefined ? '' : `=${value}`),
  }),
  form: 'the key of a tag, or key=value',
};

const PARTS = {
  name: text,
  version: text,
  epoch: number,
  release: text,
  architecture: text,
  sourceLayerHash: text,
  sourceLambdaLayerArn: text,
  filePath: text,
} as const satisfies Record<keyof PackageFilter, Kind<unknown>>;

const PART_SUFFIXES: Record<Operator, string> = {
  '=': '',
  '!=': '.not',
  '^': '.prefix',
  '>=': '.from',
  '<=': '.to',
};

/**
 * A package of which all that is said holds: its name alone, or parts joined by `&`, as
 * `name=openssl&version.prefix=1.1`.
 */
export const packages: Kind<PackageFilter> = {
  operators: ['='],
  read({ operator, text: whole }) {
    if (operator !== '=' || whole === '') return undefined;
    if (!whole.includes('=')) return { name: { comparison: 'EQUALS', value: whole } };
    const filter: Record<string, unknown> = {};
    for (const [key, value] of new URLSearchParams(whole)) {
      const [name = '', ending] = key.split('.');
      const suffix = ending === undefined ? '' : `.${ending}`;
      const sign = (Object.keys(PART_SUFFIXES) as Operator[]).find((sign) => PART_SUFFIXES[sign] === suffix);
      const kind = Object.hasOwn(PARTS, name)
        ? (PARTS[name as keyof typeof PARTS] as Kind<unknown>)
        : undefined;
      const part = sign && kind?.read({ operator: sign, text: value });
      if (part === undefined || name in filter) return undefined;
      filter[name] = part;
    }
    return filter as PackageFilter;
  },
  write(filter) {
    const parts = Object.entries(filter).filter(([, part]) => part !== undefined);
    const { name } = filter;
    if (parts.length === 1 && name?.comparison === 'EQUALS' && !(name.value ?? '').includes('=')) {
      return { operator: '=', text: name.value ?? '' };
    }
    const written = new URLSearchParams();
    for (const [part, condition] of parts) {
      const kind = PARTS[part as keyof typeof PARTS] as Kind<unknown>;
      const { operator, text: value } = kind.write(condition);
      written.append(part + PART_SUFFIXES[operator], value);
    }
    return { operator: '=', text: written.toString() };
  },
  form: 'a name, or parts as name=openssl&version.prefix=1.1',
};
