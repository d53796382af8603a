import Badge from '@cloudscape-design/components/badge';
import { AppLink } from '../shell/link';
import type { Told } from '../table/columns';
import { count, readable } from '../text/words';
import { SEVERITIES } from '../filter/findings';

const COLOURS = {
  CRITICAL: 'severity-critical',
  HIGH: 'severity-high',
  MEDIUM: 'severity-medium',
  LOW: 'severity-low',
  INFORMATIONAL: 'severity-neutral',
  UNTRIAGED: 'severity-neutral',
} as const;

export type Severity = (typeof SEVERITIES)[number];

/** A severity, by colour and by word. */
export function SeverityBadge({ severity }: { severity: string | undefined }) {
  return <Badge color={COLOURS[severity as Severity] ?? 'severity-neutral'}>{readable(severity)}</Badge>;
}

/** How many findings there are of each severity, as Inspector's API tells it. */
export interface SeverityCounts {
  all?: number | undefined;
  critical?: number | undefined;
  high?: number | undefined;
  medium?: number | undefined;
  low?: number | undefined;
  informational?: number | undefined;
  untriaged?: number | undefined;
}

export function countOf(counts: SeverityCounts | undefined, severity: Severity): number {
  return counts?.[severity.toLowerCase() as keyof SeverityCounts] ?? 0;
}

/** Counts of findings as downloaded tables have them: a column for each severity. */
export function severityTexts<Row>(counts: (row: Row) => SeverityCounts | undefined): Told<Row>[] {
  return SEVERITIES.map((severity) => ({
    header: readable(severity),
    text: (row) => countOf(counts(row), severity),
  }));
}

/** Counts that lead to the findings that they count. `to` makes the address of them for a severity. */
export function SeverityCountLinks({
  counts,
  to,
}: {
  counts: SeverityCounts | undefined;
  to: (severity: Severity) => string;
}) {
  const shown = SEVERITIES.filter((severity) => countOf(counts, severity) > 0);
  if (shown.length === 0) return <>0</>;
  return (
    <span>
      {shown.map((severity) => (
        <span key={severity} className="severity-count">
          <SeverityBadge severity={severity} />{' '}
          <AppLink to={to(severity)} ariaLabel={`${countOf(counts, severity)} ${readable(severity)}`}>
            {count(countOf(counts, severity))}
          </AppLink>
        </span>
      ))}
    </span>
  );
}
