import type { FilterCriteria } from '@aws-sdk/client-inspector2';
import { describe, expect, it } from 'vitest';
import { conditionsIn, conditionsOf, criteriaOf, parametersOf, problemOf } from './criteria';
import { FINDING_FIELDS as FIELDS } from './findings';

/** What an address says, and the criteria and the address that come of it. */
const ADDRESSES: [string, FilterCriteria, string?][] = [
  ['', {}],
  ['severity=CRITICAL', { severity: [{ comparison: 'EQUALS', value: 'CRITICAL' }] }],
  [
    'severity=CRITICAL&severity=HIGH',
    {
      severity: [
        { comparison: 'EQUALS', value: 'CRITICAL' },
        { comparison: 'EQUALS', value: 'HIGH' },
      ],
    },
  ],
  ['title.prefix=CVE-2024', { title: [{ comparison: 'PREFIX', value: 'CVE-2024' }] }],
  ['resourceId.not=i-1', { resourceId: [{ comparison: 'NOT_EQUALS', value: 'i-1' }] }],
  ['inspectorScore=7..9.5', { inspectorScore: [{ lowerInclusive: 7, upperInclusive: 9.5 }] }],
  ['inspectorScore.from=7', { inspectorScore: [{ lowerInclusive: 7, upperInclusive: undefined }] }],
  [
    'inspectorScore.from=7&inspectorScore.to=9',
    { inspectorScore: [{ lowerInclusive: 7, upperInclusive: 9 }] },
    'inspectorScore=7..9',
  ],
  ['inspectorScore=7', { inspectorScore: [{ lowerInclusive: 7, upperInclusive: 7 }] }],
  ['portRange=22', { portRange: [{ beginInclusive: 22, endInclusive: 22 }] }],
  [
    'updatedAt=2026-01-01..2026-01-31T12%3A00%3A00Z',
    {
      updatedAt: [{ startInclusive: new Date('2026-01-01'), endInclusive: new Date('2026-01-31T12:00:00Z') }],
    },
  ],
  ['resourceTags=team', { resourceTags: [{ comparison: 'EQUALS', key: 'team', value: undefined }] }],
  ['resourceTags=team%3Dred', { resourceTags: [{ comparison: 'EQUALS', key: 'team', value: 'red' }] }],
  ['resourceTags=a%253Db%3Dc%3Dd', { resourceTags: [{ comparison: 'EQUALS', key: 'a=b', value: 'c=d' }] }],
  [
    'vulnerablePackages=openssl',
    { vulnerablePackages: [{ name: { comparison: 'EQUALS', value: 'openssl' } }] },
  ],
  [
    'vulnerablePackages=name%3Dopenssl%26version.prefix%3D1.1',
    {
      vulnerablePackages: [
        { name: { comparison: 'EQUALS', value: 'openssl' }, version: { comparison: 'PREFIX', value: '1.1' } },
      ],
    },
  ],
  // What says nothing is left out: unknown properties, wrong values, comparisons that a property does not have.
  ['colour=red&inspectorScore=high&severity.from=LOW&tab=score&__proto__=1&portRange=70000', {}, ''],
];

describe('addresses and criteria', () => {
  it.each(ADDRESSES)('%s', (address, criteria, normal = address) => {
    const conditions = conditionsIn(FIELDS, new URLSearchParams(address));
    expect(criteriaOf(FIELDS, conditions)).toEqual(criteria);
    expect(parametersOf(conditions).toString()).toBe(normal);
    expect(conditionsOf(FIELDS, criteriaOf(FIELDS, conditions))).toEqual(conditions);
  });

  it('keeps ranges apart that were not said as a lower and an upper end', () => {
    const criteria = { inspectorScore: [{ lowerInclusive: 9 }, { lowerInclusive: 1, upperInclusive: 2 }] };
    const parameters = parametersOf(conditionsOf(FIELDS, criteria));
    expect(parameters.toString()).toBe('inspectorScore.from=9&inspectorScore=1..2');
    expect(criteriaOf(FIELDS, conditionsIn(FIELDS, parameters))).toEqual({
      inspectorScore: [
        { lowerInclusive: 9, upperInclusive: undefined },
        { lowerInclusive: 1, upperInclusive: 2 },
      ],
    });
  });
});

describe('problems', () => {
  it.each([
    [{ field: 'inspectorScore', operator: '=', text: 'high' }, 'Score must be a number, or a range as 7..9'],
    [{ field: 'colour', operator: '=', text: 'red' }, 'there is no property colour'],
    [{ field: 'severity', operator: '=', text: 'HIGH' }, undefined],
  ] as const)('%o', (condition, problem) => expect(problemOf(FIELDS, condition)).toBe(problem));
});
