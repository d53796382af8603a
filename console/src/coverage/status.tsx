import Box from '@cloudscape-design/components/box';
import Popover from '@cloudscape-design/components/popover';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { type Standing, reasonOf } from './reasons';

const INDICATORS: Record<Standing, StatusIndicatorProps.Type> = {
  well: 'success',
  waiting: 'pending',
  'to-mend': 'error',
  'on-purpose': 'stopped',
};

/** Whether something is scanned: *Scanning* or *Not scanning*, never left to be guessed from a missing finding. */
export function ScanningStatus({ code, reason }: { code: string | undefined; reason: string | undefined }) {
  const isScanned = code === 'ACTIVE';
  const { standing } = reasonOf(reason);
  return (
    <StatusIndicator type={isScanned && standing === 'to-mend' ? 'warning' : INDICATORS[standing]}>
      {isScanned ? 'Scanning' : 'Not scanning'}
    </StatusIndicator>
  );
}

/** Why, in our words and in the API's, with what to do about it. */
export function ScanningReason({ reason }: { reason: string | undefined }) {
  const { text, remedy } = reasonOf(reason);
  return (
    <>
      {remedy === undefined ? (
        text
      ) : (
        <Popover header={text} content={remedy} triggerType="text" dismissAriaLabel="Close" size="large">
          {text}
        </Popover>
      )}
      <Box variant="small" display="block">
        {reason}
      </Box>
    </>
  );
}
