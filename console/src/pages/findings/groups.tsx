import { ListFindingAggregationsCommand } from '@aws-sdk/client-inspector2';
import { Account } from '../../account/account';
import { activeAddress } from '../../finding/address';
import { GROUPINGS, type Group, type Grouping } from '../../finding/groupings';
import { SeverityBadge, countOf } from '../../finding/severity';
import { SEVERITIES } from '../../filter/findings';
import { useClients } from '../../session/context';
import { AppLink } from '../../shell/link';
import { NothingThere } from '../../states/states';
import { type FetchPage, usePages } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { count } from '../../text/words';

const PAGE_SIZE = 50;

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
  const pages = usePages(['finding-groups', region, by], fetchPage, { follow: 'calmly' });
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
    {
      id: 'account',
      header: 'Account',
      cell: ({ account }) => <Account id={account} />,
      text: ({ account }) => account,
    },
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
