import type { Finding, FindingDetail } from '@aws-sdk/client-inspector2';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Account } from '../../../account/account';
import type { components } from '../../../api/assay-routes';
import { resourceAddress, vulnerabilityAddress } from '../../../finding/address';
import { SeverityBadge } from '../../../finding/severity';
import { AppLink, OutsideLink } from '../../../shell/link';
import { SmallTable } from '../../../table/small-table';
import { Time } from '../../../text/time';
import { readable } from '../../../text/words';
import { nameOf } from '../../../finding/resource-name';

type Explanation = components['schemas']['Explanation'];

/** What a finding is, where, how grave, and what to do. */
export function Overview({
  finding,
  details,
  explanation,
}: {
  finding: Finding;
  details: FindingDetail | null | undefined;
  explanation: Explanation | undefined;
}) {
  const vulnerability = finding.packageVulnerabilityDetails;
  const resource = finding.resources?.[0];
  const suppression = explanation?.finding?.suppressedBy;
  return (
    <SpaceBetween size="l">
      {suppression && (
        <Alert type="info" header={`Suppressed by the rule ${suppression.name}`}>
          {suppression.reason || 'The rule gives no reason.'}{' '}
          {suppression.owner && `Owner: ${suppression.owner}.`}
        </Alert>
      )}
      {details?.cisaData && (
        <Alert type="warning" header="Known to be exploited">
          In CISA’s catalogue since <Time at={details.cisaData.dateAdded} />, to be mended by{' '}
          <Time at={details.cisaData.dateDue} />. {details.cisaData.action}
        </Alert>
      )}
      <KeyValuePairs
        columns={3}
        items={[
          { label: 'Severity', value: <SeverityBadge severity={finding.severity} /> },
          { label: 'Score', value: finding.inspectorScore?.toFixed(1) ?? '–' },
          { label: 'Status', value: readable(finding.status) },
          {
            label: 'Vulnerability',
            value: vulnerability ? (
              <AppLink to={vulnerabilityAddress(vulnerability.vulnerabilityId)}>
                {vulnerability.vulnerabilityId}
              </AppLink>
            ) : (
              readable(finding.type)
            ),
          },
          {
            label: 'Exploitation within 30 days (EPSS)',
            value: finding.epss?.score === undefined ? '–' : `${(finding.epss.score * 100).toFixed(2)} %`,
          },
          { label: 'Exploit', value: finding.exploitAvailable === 'YES' ? 'Known' : 'None known' },
          {
            label: readable(resource?.type),
            value: <AppLink to={resourceAddress(resource?.type, resource?.id)}>{nameOf(resource)}</AppLink>,
          },
          { label: 'Account', value: <Account id={finding.awsAccountId} /> },
          { label: 'Fix', value: readable(finding.fixAvailable) },
          { label: 'First observed', value: <Time at={finding.firstObservedAt} /> },
          { label: 'Last observed', value: <Time at={finding.lastObservedAt} /> },
          { label: 'Updated', value: <Time at={finding.updatedAt} /> },
        ]}
      />
      <div>
        <Header variant="h3">Description</Header>
        {/* Texts of advisories are shown as they are: never as markup. */}
        <Box variant="p">{finding.description}</Box>
      </div>
      <div>
        <Header variant="h3">Remediation</Header>
        <Box variant="p">{finding.remediation?.recommendation?.text ?? 'No remediation is known yet.'}</Box>
        {finding.remediation?.recommendation?.Url && (
          <OutsideLink to={finding.remediation.recommendation.Url} />
        )}
      </div>
      {vulnerability && <Packages finding={finding} />}
      {finding.networkReachabilityDetails && <Reachability finding={finding} />}
      <KeyValuePairs items={[{ label: 'ARN', value: <Copyable text={finding.findingArn ?? ''} /> }]} />
    </SpaceBetween>
  );
}

function Packages({ finding }: { finding: Finding }) {
  return (
    <SmallTable
      title="Vulnerable packages"
      rows={finding.packageVulnerabilityDetails?.vulnerablePackages ?? []}
      columns={[
        {
          id: 'package',
          header: 'Package',
          minWidth: 140,
          isRowHeader: true,
          text: ({ name, version, release, arch }) =>
            `${name} ${version}${release ? `-${release}` : ''}${arch ? ` (${arch})` : ''}`,
        },
        {
          id: 'fixed',
          header: 'Fixed in',
          minWidth: 110,
          text: ({ fixedInVersion }) => fixedInVersion ?? 'No fix yet',
        },
        { id: 'path', header: 'Path', text: ({ filePath }) => filePath },
        {
          id: 'command',
          header: 'Command',
          cell: ({ remediation }) => (remediation ? <Copyable text={remediation} /> : '–'),
          text: ({ remediation }) => remediation,
        },
      ]}
    />
  );
}

function Reachability({ finding }: { finding: Finding }) {
  const { openPortRange, protocol, networkPath } = finding.networkReachabilityDetails ?? {};
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: 'Open ports', value: `${openPortRange?.begin}–${openPortRange?.end} ${protocol}` },
        {
          label: 'Path',
          value: (networkPath?.steps ?? []).map(({ componentId, componentType }) => (
            <div key={componentId}>
              {componentType}: {componentId}
            </div>
          )),
        },
      ]}
    />
  );
}

function Copyable({ text }: { text: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      textToDisplay={text}
      copyButtonAriaLabel={`Copy ${text}`}
      copySuccessText="Copied"
      copyErrorText="The browser does not let pages copy here"
    />
  );
}
