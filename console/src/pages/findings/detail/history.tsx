import Table from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import { answer } from '../../../api/clients';
import { SeverityBadge } from '../../../finding/severity';
import { follows } from '../../../live/follow';
import { useClients } from '../../../session/context';
import { Failed, Loading } from '../../../states/states';
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
    <Table
      variant="embedded"
      wrapLines
      items={data.changes.toReversed()}
      ariaLabels={{ tableLabel: 'History of the finding' }}
      columnDefinitions={[
        { id: 'at', header: 'When', cell: ({ at }) => <Time at={at} /> },
        { id: 'change', header: 'What', isRowHeader: true, cell: ({ change }) => readable(change) },
        { id: 'status', header: 'Status', cell: ({ status }) => readable(status) },
        { id: 'cause', header: 'Why', cell: ({ cause }) => readable(cause) },
        { id: 'reference', header: 'By', cell: ({ causeReference }) => <code>{causeReference}</code> },
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
        },
        {
          id: 'score',
          header: 'Score',
          cell: ({ score, scoreBefore }) =>
            score === scoreBefore ? (score ?? '–') : `${scoreBefore ?? '–'} → ${score ?? '–'}`,
        },
      ]}
    />
  );
}
