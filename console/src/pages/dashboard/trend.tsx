import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import LineChart from '@cloudscape-design/components/line-chart';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { components } from '../../api/assay-routes';
import { SeverityBadge } from '../../finding/severity';
import { AppLink } from '../../shell/link';
import { count } from '../../text/words';
import { Card } from '../../states/card';
import { beyondAddress } from './service-level';
import { useServiceLevels, useTrends } from '../../finding/trends';

type Day = components['schemas']['Day'];
type OfSeverity = components['schemas']['OfSeverity'];

const SHOWN = [
  ['CRITICAL', 'Critical', 'var(--severity-critical)'],
  ['HIGH', 'High', 'var(--severity-high)'],
  ['MEDIUM', 'Medium', 'var(--severity-medium)'],
  ['LOW', 'Low', 'var(--severity-low)'],
] as const;

const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' });

/** Risk over time: what is active, what came and went, and what is beyond its time. */
export default function Trend() {
  const query = useTrends();
  return (
    <Card title="Last 30 days" query={query} actions={<AppLink to="/settings">Service levels</AppLink>}>
      {({ days }) => (
        <SpaceBetween size="l">
          <Numbers days={days} />
          <ColumnLayout columns={2}>
            <LineChart
              height={200}
              ariaLabel="Active findings by day and severity"
              xScaleType="time"
              hideFilter
              series={SHOWN.map(([severity, title, color]) => ({
                title,
                type: 'line',
                color,
                data: days.map((day) => ({ x: new Date(day.date), y: of(day, severity)?.active ?? 0 })),
              }))}
              xTickFormatter={(day) => DAY.format(day)}
              yTitle="Active"
              empty="Nothing is known of these days yet."
            />
            <BarChart
              height={200}
              ariaLabel="Findings that came and that went by day"
              hideFilter
              xScaleType="categorical"
              series={[
                bars('Opened', days, ({ opened, reopened }) => opened + reopened),
                bars('Closed', days, ({ closed }) => closed),
              ]}
              yTitle="Findings"
              empty="Nothing is known of these days yet."
            />
          </ColumnLayout>
        </SpaceBetween>
      )}
    </Card>
  );
}

function bars(title: string, days: Day[], value: (counts: OfSeverity) => number) {
  return {
    title,
    type: 'bar' as const,
    data: days.map((day) => ({ x: DAY.format(new Date(day.date)), y: sum(day.bySeverity, value) })),
  };
}

function Numbers({ days }: { days: Day[] }) {
  const all = days.flatMap(({ bySeverity }) => bySeverity);
  const last = days.at(-1)?.bySeverity ?? [];
  const fixed = sum(all, ({ fixed }) => fixed);
  const seconds = sum(all, ({ fixed, meanSecondsToFix }) => fixed * (meanSecondsToFix ?? 0));
  const since = days[0]?.date;
  return (
    <ColumnLayout columns={4} minColumnWidth={140} variant="text-grid">
      <Figure name="Opened">
        <AppLink to={`/findings?firstObservedAt.from=${since}`} fontSize="inherit">
          {count(sum(all, ({ opened }) => opened))}
        </AppLink>
      </Figure>
      <Figure name="Closed">
        <AppLink to={`/findings?findingStatus=CLOSED&updatedAt.from=${since}`} fontSize="inherit">
          {count(sum(all, ({ closed }) => closed))}
        </AppLink>
      </Figure>
      <Figure name="Mean time to fix">
        {fixed === 0 ? '–' : `${(seconds / fixed / 86_400).toFixed(1)} days`}
      </Figure>
      <div>
        <Figure name="Active beyond their time">{count(sum(last, ({ inBreach }) => inBreach))}</Figure>
        <Beyond day={days.at(-1)} />
      </div>
    </ColumnLayout>
  );
}

/** How many are beyond their time, by severity: each has its own time. */
function Beyond({ day }: { day: Day | undefined }) {
  const { data: levels } = useServiceLevels();
  if (day === undefined || levels === undefined) return null;
  return day.bySeverity.toReversed().map(({ severity, inBreach }) => {
    const limit = levels[severity.toLowerCase() as keyof typeof levels];
    if (inBreach === 0 || typeof limit !== 'number') return null;
    return (
      <span key={severity} className="severity-count">
        <SeverityBadge severity={severity} />{' '}
        <AppLink to={beyondAddress(severity, limit, day.date)}>{count(inBreach)}</AppLink>
      </span>
    );
  });
}

function Figure({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <Box variant="awsui-key-label">{name}</Box>
      <Box variant="awsui-value-large" display="block">
        {children}
      </Box>
    </div>
  );
}

function of(day: Day, severity: string): OfSeverity | undefined {
  return day.bySeverity.find((counts) => counts.severity === severity);
}

function sum(counts: OfSeverity[], value: (counts: OfSeverity) => number): number {
  return counts.reduce((total, one) => total + value(one), 0);
}
