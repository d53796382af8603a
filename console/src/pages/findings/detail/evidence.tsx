import type { Finding } from '@aws-sdk/client-inspector2';
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { UseQueryResult } from '@tanstack/react-query';
import type { components } from '../../../api/assay-routes';
import { Failed, Loading } from '../../../states/states';
import { SmallTable } from '../../../table/small-table';
import { counted, readable } from '../../../text/words';

type Explanation = components['schemas']['Explanation'];

/** Why there is a finding: what is installed where, and what whose advisory says of it. */
export function Evidence({
  finding,
  explanation: { data, error, refetch },
}: {
  finding: Finding;
  explanation: UseQueryResult<Explanation>;
}) {
  if (error) return <Failed error={error} what="the evidence" onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the evidence" />;
  const layers = finding.packageVulnerabilityDetails?.vulnerablePackages ?? [];
  return (
    <SpaceBetween size="l">
      <StatusIndicator type="info">{data.because}</StatusIndicator>
      {/* What is affected comes first; the rest is why other places of it are not. */}
      {data.packages.toSorted(affectedFirst).map((installed) => (
        <SmallTable
          key={`${installed.package} ${installed.installed}`}
          title={`What advisories say of ${installed.package}`}
          heading={installed.package}
          description={`${readable(installed.outcome.replaceAll('-', '_'))}${installed.fixedIn ? `, fixed in ${installed.fixedIn}` : ''}${installed.owner ? `, belongs to ${installed.owner}` : ''}`}
          rows={installed.statements}
          empty="No advisory speaks of it."
          columns={[
            { id: 'source', header: 'Source', isRowHeader: true, text: ({ source }) => source },
            { id: 'advisory', header: 'Advisory', text: ({ advisory }) => advisory },
            {
              id: 'range',
              header: 'Versions',
              cell: ({ range }) => <code>{range}</code>,
              text: ({ range }) => range,
            },
            { id: 'status', header: 'Status', text: ({ status }) => readable(status.replaceAll('-', '_')) },
            { id: 'fixed', header: 'Fixed in', text: ({ fixedIn }) => fixedIn },
          ]}
          footer={
            <ExpandableSection headerText={counted(installed.evidence.length, 'place')}>
              {installed.evidence.map(({ path, analyser, layer }) => (
                <Box key={`${layer ?? ''}${path}`} variant="code" display="block">
                  {path} ({analyser}){layer ? ` in layer ${layer}` : ''}
                </Box>
              ))}
            </ExpandableSection>
          }
        />
      ))}
      {layers.some(
        ({ sourceLayerHash, sourceLambdaLayerArn }) => sourceLayerHash ?? sourceLambdaLayerArn,
      ) && (
        <div>
          <Header variant="h3">Layers</Header>
          {layers.map(({ name, sourceLayerHash, sourceLambdaLayerArn, filePath }) => (
            <Box key={`${name} ${filePath} ${sourceLayerHash}`}>
              {name}: <code>{sourceLambdaLayerArn ?? sourceLayerHash ?? 'not in a layer'}</code>
            </Box>
          ))}
        </div>
      )}
      {data.notAssessed.length > 0 && (
        <ExpandableSection
          headerText={`${counted(data.notAssessed.length, 'thing')} in this resource could not be looked at`}
        >
          {data.notAssessed.slice(0, 200).map(({ message, path, code }) => (
            <Box key={`${code} ${path} ${message}`}>
              {message} {path && <code>{path}</code>}
            </Box>
          ))}
        </ExpandableSection>
      )}
      <Box variant="small">
        Inventory {data.inventory ?? '–'}, intelligence {data.generation}
      </Box>
    </SpaceBetween>
  );
}

function affectedFirst(one: Explanation['packages'][number], other: Explanation['packages'][number]): number {
  return Number(other.outcome === 'affected') - Number(one.outcome === 'affected');
}
