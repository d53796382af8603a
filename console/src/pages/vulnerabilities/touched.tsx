import { type Finding, ListFindingsCommand } from '@aws-sdk/client-inspector2';
import { Account } from '../../account/account';
import { activeAddress, activeWhere, findingsAddress, resourceAddress } from '../../finding/address';
import { SeverityBadge } from '../../finding/severity';
import { useClients } from '../../session/context';
import { AppLink } from '../../shell/link';
import { NotAssessed, NothingThere } from '../../states/states';
import { type FetchPage, usePages } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { Ago, timeText } from '../../text/time';
import { readable } from '../../text/words';
import { useTrends } from '../../finding/trends';
import { nameOf } from '../../finding/resource-name';

/** The resources that a vulnerability touches, the worst first, and how many nobody knows about. */
export function Touched({ id }: { id: string }) {
  const { inspector, region } = useClients();
  const gaps = useTrends().data?.gaps;
  const filterCriteria = activeWhere({ vulnerabilityId: id });
  const fetchPage: FetchPage<Finding> = async (nextToken, abortSignal) => {
    const command = new ListFindingsCommand({
      filterCriteria,
      sortCriteria: { field: 'INSPECTOR_SCORE', sortOrder: 'DESC' },
      maxResults: 50,
      nextToken,
    });
    const answer = await inspector.send(command, { abortSignal });
    return { rows: answer.findings ?? [], next: answer.nextToken };
  };
  const pages = usePages(['touched', region, id], fetchPage, { follow: 'closely' });
  return (
    <PagedTable<Finding>
      title="Resources that it touches"
      what="resources"
      description={<AppLink to={findingsAddress(filterCriteria)}>All of its active findings</AppLink>}
      columns={COLUMNS(id)}
      pages={pages}
      within="part"
      rowKey={({ findingArn }) => findingArn ?? ''}
      filter={<NotAssessed gaps={gaps} />}
      empty={<NothingThere title="It touches nothing that was looked into" />}
    />
  );
}

const COLUMNS = (id: string): Column<Finding>[] => [
  {
    id: 'resource',
    header: 'Resource',
    isRowHeader: true,
    cell: ({ resources }) => (
      <AppLink to={resourceAddress(resources?.[0]?.type, resources?.[0]?.id)}>
        {nameOf(resources?.[0])}
      </AppLink>
    ),
    text: ({ resources }) => resources?.[0]?.id,
    width: 300,
  },
  {
    id: 'type',
    header: 'Type',
    cell: ({ resources }) => readable(resources?.[0]?.type),
    text: ({ resources }) => resources?.[0]?.type,
  },
  {
    id: 'account',
    header: 'Account',
    cell: ({ awsAccountId }) => <Account id={awsAccountId} />,
    text: ({ awsAccountId }) => awsAccountId,
  },
  {
    id: 'severity',
    header: 'Severity',
    cell: ({ severity }) => <SeverityBadge severity={severity} />,
    text: ({ severity }) => severity,
  },
  {
    id: 'packages',
    header: 'Packages',
    cell: ({ packageVulnerabilityDetails: details }) => packagesText(details?.vulnerablePackages),
    text: ({ packageVulnerabilityDetails: details }) => packagesText(details?.vulnerablePackages),
    width: 260,
  },
  {
    id: 'since',
    header: 'Since',
    cell: ({ firstObservedAt }) => <Ago at={firstObservedAt} />,
    text: ({ firstObservedAt }) => timeText(firstObservedAt),
  },
  {
    id: 'finding',
    header: 'Finding',
    cell: ({ findingArn }) => (
      <AppLink
        to={`${activeAddress({ vulnerabilityId: id })}&finding=${encodeURIComponent(findingArn ?? '')}`}
      >
        Show
      </AppLink>
    ),
  },
];

function packagesText(packages: { name?: string; version?: string }[] | undefined): string {
  return [...new Set((packages ?? []).map(({ name, version }) => `${name} ${version}`))].join(', ');
}
