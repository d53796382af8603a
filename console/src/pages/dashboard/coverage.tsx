import { ListCoverageStatisticsCommand } from '@aws-sdk/client-inspector2';
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useQuery } from '@tanstack/react-query';
import { answer } from '../../api/clients';
import { follows } from '../../live/follow';
import { useClients } from '../../session/context';
import { AppLink } from '../../shell/link';
import { count, readable } from '../../text/words';
import { Card } from '../../states/card';

/** What there may be, also where there is none of it. */
const PLURALS: Record<string, string> = {
  AWS_EC2_INSTANCE: 'Hosts',
  AWS_ECR_REPOSITORY: 'Image repositories',
  AWS_ECR_CONTAINER_IMAGE: 'Container images',
  AWS_LAMBDA_FUNCTION: 'Functions',
};

const LOOK_AGAIN = 10_000;

/** What is scanned and what is not: accounts, hosts, repositories, images, functions. */
export function CoverageCard() {
  const { inspector, assay, region } = useClients();
  const query = useQuery({
    queryKey: ['coverage-statistics', region],
    queryFn: async ({ signal: abortSignal }) => {
      const counts = async (groupKey: 'RESOURCE_TYPE' | 'ACCOUNT_ID', status?: 'ACTIVE' | 'INACTIVE') => {
        const filterCriteria =
          status === undefined ? {} : { scanStatusCode: [{ comparison: 'EQUALS' as const, value: status }] };
        const found = new Map<string, number>();
        let nextToken: string | undefined;
        do {
          const command = new ListCoverageStatisticsCommand({ filterCriteria, groupBy: groupKey, nextToken });
          const answer = await inspector.send(command, { abortSignal });
          for (const { groupKey: key, count } of answer.countsByGroup ?? []) found.set(key ?? '', count ?? 0);
          nextToken = answer.nextToken;
        } while (nextToken !== undefined);
        return found;
      };
      const [active, inactive, accounts, builds] = await Promise.all([
        counts('RESOURCE_TYPE', 'ACTIVE'),
        counts('RESOURCE_TYPE', 'INACTIVE'),
        counts('ACCOUNT_ID'),
        answer(assay.GET('/sbom-scans', { signal: abortSignal })),
      ]);
      return { active, inactive, accounts: accounts.size, scansInCi: builds.scans };
    },
    // What is covered changes without findings that change.
    refetchInterval: LOOK_AGAIN,
    meta: follows('calmly'),
  });
  return (
    <Card title="Coverage" query={query} actions={<AppLink to="/coverage">All resources</AppLink>}>
      {({ active, inactive, accounts, scansInCi }) => {
        const types = [...new Set([...Object.keys(PLURALS), ...active.keys(), ...inactive.keys()])];
        return (
          <ColumnLayout columns={4} minColumnWidth={150} variant="text-grid">
            <div>
              <Box variant="awsui-key-label">Accounts with resources</Box>
              <Box variant="awsui-value-large" display="block">
                <AppLink to="/accounts" fontSize="inherit">
                  {count(accounts)}
                </AppLink>
              </Box>
            </div>
            {types.map((type) => (
              <Type
                key={type}
                type={type}
                active={active.get(type) ?? 0}
                inactive={inactive.get(type) ?? 0}
              />
            ))}
            <div>
              <Box variant="awsui-key-label">Images scanned in CI</Box>
              <Box variant="awsui-value-large" display="block">
                <AppLink to="/calls?eventName=ScanSbom" fontSize="inherit">
                  {count(scansInCi)}
                </AppLink>
              </Box>
              <Box color="text-body-secondary">in 30 days, by their SBOMs, in this account</Box>
            </div>
          </ColumnLayout>
        );
      }}
    </Card>
  );
}

function Type({ type, active, inactive }: { type: string; active: number; inactive: number }) {
  const all = active + inactive;
  return (
    <div>
      <Box variant="awsui-key-label">{PLURALS[type] ?? readable(type)} scanned</Box>
      <Box variant="awsui-value-large" display="block">
        <AppLink to={`/coverage?resourceType=${type}&scanStatusCode=ACTIVE`} fontSize="inherit">
          {count(active)}
        </AppLink>
        <Box variant="span" color="text-body-secondary">
          {' '}
          of {count(all)}
        </Box>
      </Box>
      {all === 0 ? (
        <StatusIndicator type="pending">None is known</StatusIndicator>
      ) : inactive > 0 ? (
        <StatusIndicator type="warning">
          <AppLink to={`/coverage?resourceType=${type}&scanStatusCode=INACTIVE`}>
            {count(inactive)} not scanned
          </AppLink>
        </StatusIndicator>
      ) : (
        <StatusIndicator type="success">All are scanned</StatusIndicator>
      )}
    </div>
  );
}
