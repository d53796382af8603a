import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import { faultOf } from '../api/fault';
import { LinkButton } from '../shell/link';
import { counted } from '../text/words';

/** Something is on its way. */
export function Loading({ what }: { what: string }) {
  return (
    <Box padding="l" textAlign="center">
      <div role="status">
        <StatusIndicator type="loading">Loading {what}</StatusIndicator>
      </div>
    </Box>
  );
}

/** Something could not be had, why, and how to try again. */
export function Failed({ error, what, onRetry }: { error: unknown; what: string; onRetry?: () => void }) {
  const fault = faultOf(error);
  const isDenied = fault.status === 403;
  return (
    <Alert
      type={isDenied ? 'warning' : 'error'}
      header={isDenied ? `You may not see ${what}` : `Could not load ${what}`}
      action={onRetry && <Button onClick={onRetry}>Try again</Button>}
    >
      {fault.message}
      {fault.requestId !== undefined && (
        <Box variant="small" display="block">
          Request {fault.requestId}
        </Box>
      )}
    </Alert>
  );
}

/** Everything was looked at, and there is nothing. */
export function NothingThere({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Box textAlign="center" padding="l" color="inherit">
      <SpaceBetween size="xs">
        <b>{title}</b>
        {children !== undefined && <div>{children}</div>}
      </SpaceBetween>
    </Box>
  );
}

/** Resources that nobody looked into, or not wholly. */
export interface Gaps {
  notAssessed: number;
  assessedInPart: number;
}

/** Says what numbers beside it do not know of; shows nothing where everything is assessed. */
export function NotAssessed({ gaps }: { gaps: Gaps | undefined }) {
  if (gaps === undefined || gaps.notAssessed + gaps.assessedInPart === 0) return null;
  // No filter of coverage tells resources apart that are assessed in part: their pages say what is missing.
  const to = gaps.notAssessed > 0 ? '/coverage?scanStatusCode=INACTIVE' : '/coverage';
  const parts = [];
  if (gaps.notAssessed > 0) parts.push(`${counted(gaps.notAssessed, 'resource')} not assessed`);
  if (gaps.assessedInPart > 0) parts.push(`${counted(gaps.assessedInPart, 'resource')} assessed in part`);
  return (
    <Alert type="warning" action={<LinkButton to={to}>See which</LinkButton>}>
      <b>{parts.join(', ')}</b>: what nobody looked into has no findings, and is not safe for that.
    </Alert>
  );
}
