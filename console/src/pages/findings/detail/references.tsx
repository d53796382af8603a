import type { Finding } from '@aws-sdk/client-inspector2';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { vulnerabilityAddress } from '../../../finding/address';
import { AppLink, OutsideLink } from '../../../shell/link';
import { Time } from '../../../text/time';

/** Where more is told of a vulnerability, and under which other names. */
export function References({ finding }: { finding: Finding }) {
  const details = finding.packageVulnerabilityDetails;
  const related = details?.relatedVulnerabilities ?? [];
  const references = [...new Set([details?.sourceUrl, ...(details?.referenceUrls ?? [])])];
  return (
    <SpaceBetween size="l">
      {related.length > 0 && (
        <div>
          <Header variant="h3">Related vulnerabilities</Header>
          <SpaceBetween direction="horizontal" size="s">
            {related.map((id) => (
              <AppLink key={id} to={vulnerabilityAddress(id)}>
                {id}
              </AppLink>
            ))}
          </SpaceBetween>
        </div>
      )}
      <div>
        <Header variant="h3">References</Header>
        {references.flatMap((url) =>
          url === undefined
            ? []
            : [
                <div key={url}>
                  <OutsideLink to={url} />
                </div>,
              ],
        )}
      </div>
      <Box variant="small">
        Source {details?.source ?? '–'}, published <Time at={details?.vendorCreatedAt} />, changed{' '}
        <Time at={details?.vendorUpdatedAt} />
      </Box>
    </SpaceBetween>
  );
}
