import type { AggregationRequest, AggregationResponse, AggregationType } from '@aws-sdk/client-inspector2';
import type { ReactNode } from 'react';
import { Account } from '../account/account';
import { AppLink } from '../shell/link';
import { type activeAddress, resourceAddress, vulnerabilityAddress } from './address';
import { imageName, shortName } from './resource-name';
import type { SeverityCounts } from './severity';

/** One group: what it is of, where more of it is told, and the filter that its findings have. */
export interface Group {
  key: string;
  name: string;
  title: ReactNode;
  about: string;
  account: string | undefined;
  counts: SeverityCounts | undefined;
  filter: Parameters<typeof activeAddress>[0];
}

/** One way of grouping findings: how it is asked for, and how it is told. */
export interface Grouping {
  text: string;
  /** What the two describing columns are. */
  header: string;
  about: string;
  type: AggregationType;
  request: AggregationRequest;
  group: (response: AggregationResponse) => Group | undefined;
}

/** What findings can be grouped by, as Inspector's API aggregates them. */
export const GROUPINGS = {
  vulnerability: {
    text: 'vulnerability',
    header: 'Vulnerability',
    about: 'Package',
    type: 'TITLE',
    request: { titleAggregation: { sortBy: 'ALL', sortOrder: 'DESC' } },
    group: ({ titleAggregation: of }) =>
      of && {
        key: `${of.accountId} ${of.title}`,
        name: of.title ?? '',
        title: of.vulnerabilityId ? (
          <AppLink to={vulnerabilityAddress(of.vulnerabilityId)}>{of.vulnerabilityId}</AppLink>
        ) : (
          of.title
        ),
        about: of.title?.replace(`${of.vulnerabilityId} - `, '') ?? '',
        account: of.accountId,
        counts: of.severityCounts,
        filter: { title: of.title, awsAccountId: of.accountId },
      },
  },
  host: {
    text: 'host',
    header: 'Host',
    about: 'Platform',
    type: 'AWS_EC2_INSTANCE',
    request: { ec2InstanceAggregation: { sortBy: 'CRITICAL', sortOrder: 'DESC' } },
    group: ({ ec2InstanceAggregation: of }) =>
      of && {
        key: `${of.accountId} ${of.instanceId}`,
        name: of.instanceId ?? '',
        title: <AppLink to={resourceAddress('AWS_EC2_INSTANCE', of.instanceId)}>{of.instanceId}</AppLink>,
        about: of.operatingSystem ?? '',
        account: of.accountId,
        counts: of.severityCounts,
        filter: { resourceId: of.instanceId, awsAccountId: of.accountId },
      },
  },
  image: {
    text: 'image',
    header: 'Image',
    about: 'Repository',
    type: 'AWS_ECR_CONTAINER',
    request: { awsEcrContainerAggregation: { sortBy: 'CRITICAL', sortOrder: 'DESC' } },
    group: ({ awsEcrContainerAggregation: of }) =>
      of && {
        key: `${of.accountId} ${of.resourceId}`,
        name: of.resourceId ?? '',
        title: (
          <AppLink to={resourceAddress('AWS_ECR_CONTAINER_IMAGE', of.resourceId)}>
            {imageName(of.repository, of.imageTags?.[0], of.imageSha)}
          </AppLink>
        ),
        about: of.repository ?? '',
        account: of.accountId,
        counts: of.severityCounts,
        filter: { resourceId: of.resourceId, awsAccountId: of.accountId },
      },
  },
  function: {
    text: 'function',
    header: 'Function',
    about: 'Runtime',
    type: 'AWS_LAMBDA_FUNCTION',
    request: { lambdaFunctionAggregation: { sortBy: 'CRITICAL', sortOrder: 'DESC' } },
    group: ({ lambdaFunctionAggregation: of }) =>
      of && {
        key: `${of.accountId} ${of.resourceId}`,
        name: of.resourceId ?? '',
        title: (
          <AppLink to={resourceAddress('AWS_LAMBDA_FUNCTION', of.resourceId)}>
            {of.functionName ?? shortName(of.resourceId ?? '')}
          </AppLink>
        ),
        about: of.runtime ?? '',
        account: of.accountId,
        counts: of.severityCounts,
        filter: { resourceId: of.resourceId, awsAccountId: of.accountId },
      },
  },
  account: {
    text: 'account',
    header: 'Account',
    about: '',
    type: 'ACCOUNT',
    request: { accountAggregation: { sortBy: 'CRITICAL', sortOrder: 'DESC' } },
    group: ({ accountAggregation: of }) =>
      of && {
        key: of.accountId ?? '',
        name: of.accountId ?? '',
        title: <Account id={of.accountId} />,
        about: '',
        account: of.accountId,
        counts: of.severityCounts,
        filter: { awsAccountId: of.accountId },
      },
  },
  package: {
    text: 'package',
    header: 'Package',
    about: '',
    type: 'PACKAGE',
    request: { packageAggregation: { sortBy: 'CRITICAL', sortOrder: 'DESC' } },
    group: ({ packageAggregation: of }) =>
      of && {
        key: `${of.accountId} ${of.packageName}`,
        name: of.packageName ?? '',
        title: of.packageName,
        about: '',
        account: of.accountId,
        counts: of.severityCounts,
        filter: { vulnerablePackages: of.packageName, awsAccountId: of.accountId },
      },
  },
} as const satisfies Record<string, Grouping>;

export function isGrouping(text: string): text is keyof typeof GROUPINGS {
  return Object.hasOwn(GROUPINGS, text);
}
