import { ListUsageTotalsCommand, type Usage } from '@aws-sdk/client-inspector2';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Account } from '../../account/account';
import { useClients } from '../../session/context';
import { NothingThere } from '../../states/states';
import { type FetchPage, usePages } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { readable } from '../../text/words';

type Row = Usage & { accountId: string };

/** What was scanned in the last 30 days, and what that would cost. */
export default function UsagePage() {
  const { inspector, region } = useClients();
  const fetchPage: FetchPage<Row> = async (nextToken, abortSignal) => {
    const command = new ListUsageTotalsCommand({ maxResults: 50, nextToken });
    const answer = await inspector.send(command, { abortSignal });
    const rows = (answer.totals ?? []).flatMap(({ accountId = '', usage = [] }) =>
      usage.map((one) => ({ ...one, accountId })),
    );
    return { rows, next: answer.nextToken };
  };
  const pages = usePages(['usage', region], fetchPage);
  const cost = (pages.rows ?? []).reduce(
    (sum, { estimatedMonthlyCost = 0 }) => sum + estimatedMonthlyCost,
    0,
  );
  return (
    <PagedTable<Row>
      title="Usage"
      what="usage"
      description="Hours and scans of the last 30 days. What 30 days of these would cost is told by list prices, or by those that the service was given; nothing here costs anything."
      columns={COLUMNS}
      pages={pages}
      rowKey={({ accountId, type }) => `${accountId} ${type}`}
      filter={
        <SpaceBetween direction="horizontal" size="s" alignItems="center">
          <Box variant="awsui-key-label">Estimated for 30 days, of what is on this page</Box>
          <Box variant="strong">{money(cost, pages.rows?.[0]?.currency)}</Box>
        </SpaceBetween>
      }
      empty={<NothingThere title="Nothing was scanned in the last 30 days" />}
    />
  );
}

function money(value: number | undefined, currency: string | undefined): string {
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency: currency ?? 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: 4,
  }).format(value ?? 0);
}

const COLUMNS: Column<Row>[] = [
  {
    id: 'account',
    header: 'Account',
    isRowHeader: true,
    cell: ({ accountId }) => <Account id={accountId} />,
    text: ({ accountId }) => accountId,
  },
  { id: 'type', header: 'Usage', cell: ({ type }) => readable(type), text: ({ type }) => type, width: 280 },
  {
    id: 'total',
    header: 'Total',
    cell: ({ total }) => total?.toLocaleString('en', { maximumFractionDigits: 2 }),
    text: ({ total }) => total,
  },
  {
    id: 'cost',
    header: 'Estimated for 30 days',
    cell: ({ estimatedMonthlyCost, currency }) => money(estimatedMonthlyCost, currency),
    text: ({ estimatedMonthlyCost }) => estimatedMonthlyCost,
  },
];
