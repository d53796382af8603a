import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import { faultOf } from '../api/fault';
import { AppLink } from '../shell/link';
import { counted } from '../text/words';

/** Something is on its way. */
export function Loading({ what }: { what: string }) {
  return (
    <Box padding="l" textAlign="center">
      <div role="status">
        <Spinner /> Loading {what}
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
        {children}
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
export function NotAssessed({ gaps, to }: { gaps: Gaps | undefined; to: string }) {
  if (gaps === undefined || gaps.notAssessed + gaps.assessedInPart === 0) return null;
  const parts = [];
  if (gaps.notAssessed > 0) parts.push(`${counted(gaps.notAssessed, 'resource')} not assessed`);
  if (gaps.assessedInPart > 0) parts.push(`${counted(gaps.assessedInPart, 'resource')} assessed in part`);
  return (
    <Alert type="warning" action={<AppLink to={to}>See why</AppLink>}>
      <StatusIndicator type="warning">{parts.join(', ')}</StatusIndicator> – what nobody looked into has no
      findings, and is not safe for that.
    </Alert>
  );
}
