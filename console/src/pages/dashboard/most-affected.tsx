import { ListFindingAggregationsCommand } from '@aws-sdk/client-inspector2';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import { activeAddress } from '../../finding/address';
import { SeverityCountLinks } from '../../finding/severity';
import { follows } from '../../live/follow';
import { useClients } from '../../session/context';
import { AppLink } from '../../shell/link';
import { count } from '../../text/words';
import { GROUPINGS, type Grouping } from '../../finding/groupings';
import { Card } from '../../states/card';

const SHOWN = ['host', 'image', 'function', 'account'] as const;

/** What has the gravest findings: hosts, images, functions, accounts. */
export function MostAffectedCard() {
  const { inspector, region } = useClients();
  const query = useQuery({
    queryKey: ['most-affected', region],
    queryFn: ({ signal: abortSignal }) =>
      Promise.all(
        SHOWN.map(async (by) => {
          const grouping: Grouping = GROUPINGS[by];
          const command = new ListFindingAggregationsCommand({
            aggregationType: grouping.type,
            aggregationRequest: grouping.request,
            maxResults: 5,
          });
          const { responses = [] } = await inspector.send(command, { abortSignal });
          return { by, grouping, groups: responses.flatMap((response) => grouping.group(response) ?? []) };
        }),
      ),
    meta: follows('calmly'),
  });
  return (
    <Card title="Most affected" query={query}>
      {(kinds) => (
        <ColumnLayout columns={2}>
          {kinds.map(({ by, grouping, groups }) => (
            <Table
              key={by}
              variant="embedded"
              wrapLines
              items={groups}
              header={
                <Header variant="h3" actions={<AppLink to={`/findings?by=${by}`}>All</AppLink>}>
                  {grouping.header}s
                </Header>
              }
              ariaLabels={{ tableLabel: `Most affected ${by}s` }}
              empty={`No ${by} has an active finding.`}
              columnDefinitions={[
                { id: 'name', header: grouping.header, isRowHeader: true, cell: ({ title }) => title },
                {
                  id: 'all',
                  header: 'Findings',
                  cell: ({ counts, filter }) => (
                    <AppLink to={activeAddress(filter)}>{count(counts?.all)}</AppLink>
                  ),
                },
                {
                  id: 'grave',
                  header: 'Of which',
                  cell: ({ counts, filter }) => (
                    <SeverityCountLinks
                      counts={{ critical: counts?.critical, high: counts?.high }}
                      to={(severity) => activeAddress({ ...filter, severity })}
                    />
                  ),
                },
              ]}
            />
          ))}
        </ColumnLayout>
      )}
    </Card>
  );
}
