import {
  type AggregationRequest,
  type AggregationResponse,
  type AggregationType,
  ListFindingAggregationsCommand,
} from '@aws-sdk/client-inspector2';
import type { ReactNode } from 'react';
import { activeAddress, resourceAddress, vulnerabilityAddress } from '../../finding/address';
import { type SeverityCounts, SeverityBadge, countOf } from '../../finding/severity';
import { SEVERITIES } from '../../filter/findings';
import { useClients } from '../../session/context';
import { AppLink } from '../../shell/link';
import { NothingThere } from '../../states/states';
import { type FetchPage, usePages } from '../../table/pages';
import { type Column, PagedTable } from '../../table/table';
import { count } from '../../text/words';
import { shortName } from './resource-name';

const PAGE_SIZE = 50;

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
            {of.imageTags?.[0] ?? of.imageSha?.slice(0, 19)}
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
        title: of.accountId,
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

/** Active findings, grouped; every number leads to the findings that it counts. */
export function Groups({ by }: { by: keyof typeof GROUPINGS }) {
  const { inspector, region } = useClients();
  const grouping: Grouping = GROUPINGS[by];
  const fetchPage: FetchPage<Group> = async (nextToken, abortSignal) => {
    const command = new ListFindingAggregationsCommand({
      aggregationType: grouping.type,
      aggregationRequest: grouping.request,
      maxResults: PAGE_SIZE,
      nextToken,
    });
    const answer = await inspector.send(command, { abortSignal });
    const rows = (answer.responses ?? []).flatMap((response) => grouping.group(response) ?? []);
    return { rows, next: answer.nextToken };
  };
  const pages = usePages(['finding-groups', region, by], fetchPage);
  return (
    <PagedTable<Group>
      title={`Findings by ${grouping.text}`}
      what={`groups of findings by ${grouping.text}`}
      description="Active findings. Each number leads to the findings that it counts."
      columns={columnsOf(grouping)}
      pages={pages}
      rowKey={({ key }) => key}
      empty={<NothingThere title="There are no active findings of these" />}
    />
  );
}

function columnsOf(grouping: Grouping): Column<Group>[] {
  return [
    {
      id: 'name',
      header: grouping.header,
      cell: ({ title }) => title,
      text: ({ name }) => name,
      isRowHeader: true,
      width: 300,
    },
    ...(grouping.about === ''
      ? []
      : [
          {
            id: 'about',
            header: grouping.about,
            cell: ({ about }: Group) => about || '–',
            text: ({ about }: Group) => about,
            width: 220,
          },
        ]),
    { id: 'account', header: 'Account', cell: ({ account }) => account, text: ({ account }) => account },
    {
      id: 'all',
      header: 'Findings',
      cell: ({ counts, filter }) => <AppLink to={activeAddress(filter)}>{count(counts?.all)}</AppLink>,
      text: ({ counts }) => counts?.all,
    },
    ...SEVERITIES.map((severity): Column<Group> => ({
      id: severity,
      header: severity.charAt(0) + severity.slice(1).toLowerCase(),
      cell: ({ counts, filter }) =>
        countOf(counts, severity) === 0 ? (
          '–'
        ) : (
          <AppLink to={activeAddress({ ...filter, severity })}>
            <SeverityBadge severity={severity} /> {count(countOf(counts, severity))}
          </AppLink>
        ),
      text: ({ counts }) => countOf(counts, severity),
    })),
  ];
}
