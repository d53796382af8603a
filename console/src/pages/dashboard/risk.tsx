import { ListFindingAggregationsCommand } from '@aws-sdk/client-inspector2';
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { SEVERITIES } from '../../filter/findings';
import { activeAddress } from '../../finding/address';
import { SeverityBadge, type SeverityCounts, countOf } from '../../finding/severity';
import { follows } from '../../live/follow';
import { useClients } from '../../session/context';
import { AppLink } from '../../shell/link';
import { NotAssessed } from '../../states/states';
import { count } from '../../text/words';
import { Card } from '../../states/card';
import { useTrends } from '../../finding/trends';

/** How many findings are active, by severity, and what those numbers know nothing of. */
export function RiskCard() {
  const { inspector, region } = useClients();
  const trends = useTrends();
  const query = useQuery({
    queryKey: ['active-by-severity', region],
    queryFn: async ({ signal: abortSignal }) => {
      const total: Required<SeverityCounts> = {
        all: 0,
        critical: 0,
        high: 0,
        medium: 0,
        low: 0,
        informational: 0,
        untriaged: 0,
      };
      let nextToken: string | undefined;
      do {
        const command = new ListFindingAggregationsCommand({
          aggregationType: 'ACCOUNT',
          maxResults: 100,
          nextToken,
        });
        const answer = await inspector.send(command, { abortSignal });
        for (const { accountAggregation } of answer.responses ?? []) {
          const counts: SeverityCounts = accountAggregation?.severityCounts ?? {};
          for (const key of Object.keys(total) as (keyof SeverityCounts)[]) total[key] += counts[key] ?? 0;
        }
        nextToken = answer.nextToken;
      } while (nextToken !== undefined);
      return total;
    },
    meta: follows('calmly'),
  });
  return (
    <Card title="Active findings" query={query}>
      {(counts) => (
        <SpaceBetween size="m">
          <ColumnLayout columns={4} minColumnWidth={120} variant="text-grid">
            {SEVERITIES.filter((severity, at) => at < 4 || countOf(counts, severity) > 0).map((severity) => (
              <div key={severity}>
                <SeverityBadge severity={severity} />
                <Box variant="awsui-value-large" display="block">
                  <AppLink
                    to={activeAddress({ severity })}
                    fontSize="inherit"
                    ariaLabel={`${countOf(counts, severity)} ${severity.toLowerCase()} findings`}
                  >
                    {count(countOf(counts, severity))}
                  </AppLink>
                </Box>
              </div>
            ))}
          </ColumnLayout>
          <NotAssessed gaps={trends.data?.gaps} />
        </SpaceBetween>
      )}
    </Card>
  );
}
