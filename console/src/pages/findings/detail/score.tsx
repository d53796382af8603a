import type { Finding } from '@aws-sdk/client-inspector2';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { components } from '../../../api/assay-routes';
import { NothingThere } from '../../../states/states';
import { SmallTable } from '../../../table/small-table';
import { metricsOf, type ComparedMetric } from './vector';

/** How a score came about: the base vector beside the adjusted one, and a reason for each metric that moved. */
export function Score({
  finding,
  explanation,
}: {
  finding: Finding;
  explanation: components['schemas']['Explanation'] | undefined;
}) {
  const adjusted = finding.inspectorScoreDetails?.adjustedCvss;
  const scores = finding.packageVulnerabilityDetails?.cvss ?? [];
  const base =
    scores.find(({ source, version }) => source === adjusted?.cvssSource && version === adjusted?.version) ??
    scores[0];
  if (adjusted === undefined && scores.length === 0) {
    return (
      <NothingThere title="Nobody has scored this vulnerability yet">
        Its severity is the vendor’s: {finding.packageVulnerabilityDetails?.vendorSeverity ?? 'none is told'}.
      </NothingThere>
    );
  }
  const metrics = metricsOf(base?.scoringVector ?? '', adjusted?.scoringVector ?? '');
  const reasons = new Map((adjusted?.adjustments ?? []).map(({ metric, reason }) => [metric, reason]));
  const isLowered = (adjusted?.score ?? 0) < (base?.baseScore ?? 0);
  const isRaised = (adjusted?.score ?? 0) > (base?.baseScore ?? 0);
  return (
    <SpaceBetween size="l">
      <KeyValuePairs
        columns={3}
        items={[
          {
            label: `Base score (${base?.source ?? 'none'})`,
            value: <Big>{base?.baseScore?.toFixed(1) ?? '–'}</Big>,
          },
          { label: 'Score here', value: <Big>{adjusted?.score?.toFixed(1) ?? '–'}</Big> },
          {
            label: 'What the surroundings change',
            value: isLowered ? (
              <StatusIndicator type="success">Lowered: the reasons are below</StatusIndicator>
            ) : isRaised ? (
              <StatusIndicator type="warning">Raised: the reasons are below</StatusIndicator>
            ) : (
              <StatusIndicator type="info">Nothing</StatusIndicator>
            ),
          },
          { label: 'Base vector', value: <code>{base?.scoringVector ?? '–'}</code> },
          { label: 'Vector here', value: <code>{adjusted?.scoringVector ?? '–'}</code> },
          { label: 'Source', value: adjusted?.scoreSource ?? '–' },
        ]}
      />
      <SmallTable<ComparedMetric>
        title="Metrics of the score"
        heading="Metrics"
        rows={metrics}
        empty="The score has no vector."
        columns={[
          { id: 'metric', header: 'Metric', isRowHeader: true, text: ({ name }) => name },
          { id: 'base', header: 'Base', text: ({ base }) => base },
          {
            id: 'here',
            header: 'Here',
            cell: ({ base, here }) =>
              here === base ? (here ?? '–') : <StatusIndicator type="info">{here ?? '–'}</StatusIndicator>,
            text: ({ here }) => here,
          },
          {
            id: 'reason',
            header: 'Why',
            text: ({ key, name }) => reasons.get(key) ?? reasons.get(name) ?? '',
          },
        ]}
      />
      {[...reasons].some(
        ([metric]) => !metrics.some(({ key, name }) => key === metric || name === metric),
      ) && (
        <div>
          <Header variant="h3">Other reasons</Header>
          {[...reasons].map(([metric, reason]) => (
            <Box key={metric}>
              {metric}: {reason}
            </Box>
          ))}
        </div>
      )}
      <SmallTable
        title="Scores by source"
        rows={scores}
        columns={[
          { id: 'source', header: 'Source', isRowHeader: true, text: ({ source }) => source },
          { id: 'version', header: 'CVSS', text: ({ version }) => version },
          { id: 'score', header: 'Score', text: ({ baseScore }) => baseScore?.toFixed(1) },
          {
            id: 'vector',
            header: 'Vector',
            cell: ({ scoringVector }) => <code>{scoringVector}</code>,
            text: ({ scoringVector }) => scoringVector,
          },
        ]}
      />
      {explanation !== undefined && explanation.vulnerability.severities.length > 0 && (
        <SmallTable
          title="Severities by source"
          rows={explanation.vulnerability.severities}
          columns={[
            { id: 'source', header: 'Source', isRowHeader: true, text: ({ source }) => source },
            { id: 'severity', header: 'Severity', text: ({ severity }) => severity },
          ]}
        />
      )}
    </SpaceBetween>
  );
}

function Big({ children }: { children: string }) {
  return (
    <Box variant="awsui-value-large" tagOverride="span">
      {children}
    </Box>
  );
}
