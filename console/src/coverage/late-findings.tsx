import Alert from '@cloudscape-design/components/alert';
import { duration } from '../text/words';

/** How many seconds pass between two reports of an agent where nobody set it. */
export const USUAL_INTERVAL = 1800;

/** Says how late findings may come where agents report more rarely than usual; nothing where they do not. */
export function LateFindings({ who, seconds }: { who: string; seconds: number | null | undefined }) {
  if (!seconds || seconds <= USUAL_INTERVAL) return null;
  return (
    <Alert type="warning" header={`Findings may come up to ${duration(seconds)} late`}>
      {who} every {duration(seconds)}, more rarely than every {duration(USUAL_INTERVAL)}. Installed packages
      of the system and containers are told at once; what else changes on a host is found with the next
      report.
    </Alert>
  );
}
