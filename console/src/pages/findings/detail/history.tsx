import { useQuery } from '@tanstack/react-query';
import { answer } from '../../../api/clients';
import { SeverityBadge } from '../../../finding/severity';
import { follows } from '../../../live/follow';
import { useClients } from '../../../session/context';
import { Failed, Loading } from '../../../states/states';
import type { CsvValue } from '../../../table/csv';
import { SmallTable } from '../../../table/small-table';
import { Time } from '../../../text/time';
import { readable } from '../../../text/words';

/** What happened to a finding, the latest first. */
export function History({ arn }: { arn: string }) {
  const { assay, region } = useClients();
  const { data, error, refetch } = useQuery({
    queryKey: ['history', region, arn],
    queryFn: ({ signal }) => answer(assay.GET('/history', { params: { query: { finding: arn } }, signal })),
    meta: follows('closely'),
  });
  if (error) return <Failed error={error} what="the history" onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the history" />;
  return (
    <SmallTable
      title="History of the finding"
      heading={null}
      rows={data.changes.toReversed()}
      columns={[
        { id: 'at', header: 'When', cell: ({ at }) => <Time at={at} />, text: ({ at }) => at },
        { id: 'change', header: 'What', isRowHeader: true, text: ({ change }) => readable(change) },
        { id: 'status', header: 'Status', text: ({ status }) => readable(status) },
        { id: 'cause', header: 'Why', text: ({ cause }) => readable(cause) },
        {
          id: 'reference',
          header: 'By',
          cell: ({ causeReference }) => <code>{causeReference}</code>,
          text: ({ causeReference }) => causeReference,
        },
        {
          id: 'severity',
          header: 'Severity',
          cell: ({ severity, severityBefore }) =>
            severity === severityBefore ? (
              <SeverityBadge severity={severity} />
            ) : (
              <>
                <SeverityBadge severity={severityBefore} /> → <SeverityBadge severity={severity} />
              </>
            ),
          text: ({ severity, severityBefore }) => moved(severityBefore, severity),
        },
        { id: 'score', header: 'Score', text: ({ score, scoreBefore }) => moved(scoreBefore, score) },
      ]}
    />
  );
}

/** What something was and became: once where that is the same. */
function moved<Value extends string | number>(
  before: Value | null | undefined,
  now: Value | null | undefined,
): CsvValue {
  return now === before ? now : `${before ?? '–'} → ${now ?? '–'}`;
}
