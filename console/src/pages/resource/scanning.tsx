import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { reasonOf } from '../../coverage/reasons';
import { ScanningStatus } from '../../coverage/status';
import { Time } from '../../text/time';
import { readable } from '../../text/words';
import type { ToldResource } from './page';

/** How a resource is scanned, by each type of scan. */
export function Scanning({ coverage }: { coverage: ToldResource['coverage'] }) {
  return (
    <Container>
      <SpaceBetween size="m">
        {coverage.map(({ scanType, statusCode, reason, scanMode, lastScannedAt }) => (
          <KeyValuePairs
            key={scanType}
            columns={4}
            items={[
              {
                label: `${readable(scanType)} scanning`,
                value: <ScanningStatus code={statusCode} reason={reason} />,
              },
              { label: 'Reason', value: `${reasonOf(reason).text} (${reason})` },
              { label: 'Monitored using', value: readable(scanMode) },
              { label: 'Last scanned', value: <Time at={lastScannedAt} never="Never" /> },
              ...(reasonOf(reason).remedy === undefined
                ? []
                : [{ label: 'Remedy', value: reasonOf(reason).remedy }]),
            ]}
          />
        ))}
      </SpaceBetween>
    </Container>
  );
}
