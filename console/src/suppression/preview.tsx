import type { FilterCriteria } from '@aws-sdk/client-inspector2';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useQuery } from '@tanstack/react-query';
import { answer } from '../api/clients';
import { SeverityBadge } from '../finding/severity';
import { useClients } from '../session/context';
import { Failed, Loading } from '../states/states';
import { count, counted } from '../text/words';

/** What a rule would suppress now: how much of each severity, and the gravest of it. */
export function Preview({ criteria, untilFixed }: { criteria: FilterCriteria; untilFixed: boolean }) {
  const { assay, region } = useClients();
  const { data, error, refetch } = useQuery({
    queryKey: ['suppression-preview', region, criteria, untilFixed],
    queryFn: ({ signal }) =>
      answer(
        assay.POST('/filters/preview', { body: { filterCriteria: inJson(criteria), untilFixed }, signal }),
      ),
  });
  if (error)
    return <Failed error={error} what="what the rule would suppress" onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="what the rule would suppress" />;
  const isGrave = data.bySeverity.some(({ severity, count }) => severity === 'CRITICAL' && count > 0);
  return (
    <Alert
      type={isGrave ? 'warning' : 'info'}
      header={
        data.count === 0
          ? 'No active finding matches now'
          : `${data.isComplete ? '' : 'At least '}${counted(data.count, 'active finding')} would be suppressed`
      }
    >
      {data.bySeverity
        .filter(({ count }) => count > 0)
        .map(({ severity, count: findings }) => (
          <span key={severity} className="severity-count">
            <SeverityBadge severity={severity} /> {count(findings)}
          </span>
        ))}
      {data.examples.slice(0, 5).map(({ findingArn, title, severity }) => (
        <Box key={findingArn} padding={{ top: 'xxs' }}>
          <SeverityBadge severity={severity} /> {title}
        </Box>
      ))}
    </Alert>
  );
}

type InJson = NonNullable<unknown>;

/** Criteria as JSON has them: the API's times are seconds. */
function inJson(criteria: FilterCriteria): InJson {
  return JSON.parse(
    JSON.stringify(criteria, function (this: Record<string, unknown>, key, value: unknown) {
      const original = this[key];
      return original instanceof Date ? original.getTime() / 1000 : value;
    }),
  ) as InJson;
}
