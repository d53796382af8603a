import { ListFindingAggregationsCommand } from '@aws-sdk/client-inspector2';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import { useQuery } from '@tanstack/react-query';
import { activeAddress } from '../../finding/address';
import { SeverityCountLinks, severityTexts } from '../../finding/severity';
import { follows } from '../../live/follow';
import { useClients } from '../../session/context';
import { AppLink } from '../../shell/link';
import { SmallTable } from '../../table/small-table';
import { count } from '../../text/words';
import { GROUPINGS, type Group, type Grouping } from '../../finding/groupings';
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
            <SmallTable
              key={by}
              title={`Most affected ${by}s`}
              heading={`${grouping.header}s`}
              actions={<AppLink to={`/findings?by=${by}`}>All</AppLink>}
              rows={groups}
              empty={`No ${by} has an active finding.`}
              columns={[
                {
                  id: 'name',
                  header: grouping.header,
                  isRowHeader: true,
                  cell: ({ title }) => title,
                  text: ({ name }) => name,
                },
                {
                  id: 'all',
                  header: 'Findings',
                  cell: ({ counts, filter }) => (
                    <AppLink to={activeAddress(filter)}>{count(counts?.all)}</AppLink>
                  ),
                  text: ({ counts }) => counts?.all,
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
                  texts: severityTexts(({ counts }: Group) => counts),
                },
              ]}
            />
          ))}
        </ColumnLayout>
      )}
    </Card>
  );
}
