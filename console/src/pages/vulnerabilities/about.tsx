import type { Vulnerability } from '@aws-sdk/client-inspector2';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { vulnerabilityAddress } from '../../finding/address';
import { AppLink, OutsideLink } from '../../shell/link';
import { Time } from '../../text/time';
import { counted, readable } from '../../text/words';

/** What the intelligence knows of a vulnerability. */
export function About({ vulnerability }: { vulnerability: Vulnerability }) {
  const { cvss4, cvss3, cvss2, epss, cisaData, exploitObserved, atigData } = vulnerability;
  const score = (name: string, of: { baseScore?: number; scoringVector?: string } | undefined) =>
    of === undefined
      ? []
      : [
          {
            label: name,
            value: (
              <>
                {of.baseScore?.toFixed(1)} <code>{of.scoringVector}</code>
              </>
            ),
          },
        ];
  const references = vulnerability.referenceUrls ?? [];
  const related = vulnerability.relatedVulnerabilities ?? [];
  return (
    <Container
      header={
        <Header variant="h2" description={vulnerability.source}>
          {vulnerability.id}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {cisaData && (
          <Alert type="warning" header="Known to be exploited">
            In CISA’s catalogue since <Time at={cisaData.dateAdded} />, to be mended by{' '}
            <Time at={cisaData.dateDue} />. {cisaData.action}
          </Alert>
        )}
        {/* Texts of advisories are shown as they are: never as markup. */}
        <Box variant="p">{vulnerability.description}</Box>
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Severity of the vendor', value: readable(vulnerability.vendorSeverity) },
            {
              label: 'Exploitation within 30 days (EPSS)',
              value: epss?.score === undefined ? '–' : `${(epss.score * 100).toFixed(2)} %`,
            },
            ...score('CVSS 4', cvss4),
            ...score('CVSS 3', cvss3),
            ...score('CVSS 2', cvss2),
            { label: 'Weaknesses', value: (vulnerability.cwes ?? []).join(', ') || '–' },
            { label: 'Published', value: <Time at={vulnerability.vendorCreatedAt} /> },
            { label: 'Changed', value: <Time at={vulnerability.vendorUpdatedAt} /> },
            ...(exploitObserved
              ? [
                  {
                    label: 'Exploits seen',
                    value: (
                      <>
                        <Time at={exploitObserved.firstSeen} /> – <Time at={exploitObserved.lastSeen} />
                      </>
                    ),
                  },
                ]
              : []),
            ...(atigData?.targets?.length ? [{ label: 'Targets', value: atigData.targets.join(', ') }] : []),
            {
              label: 'Known for',
              value: (vulnerability.detectionPlatforms ?? []).join(', ') || '–',
            },
          ]}
        />
        {related.length > 0 && (
          <SpaceBetween direction="horizontal" size="s">
            <Box variant="awsui-key-label">Other ids</Box>
            {related.map((id) => (
              <AppLink key={id} to={vulnerabilityAddress(id)}>
                {id}
              </AppLink>
            ))}
          </SpaceBetween>
        )}
        <ExpandableSection headerText={counted(references.length, 'reference')}>
          {references.map((url) => (
            <div key={url}>
              <OutsideLink to={url} />
            </div>
          ))}
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}
