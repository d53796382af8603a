import {
  type AccountState,
  BatchGetAccountStatusCommand,
  DisableCommand,
  EnableCommand,
  ListMembersCommand,
  type ResourceScanType,
} from '@aws-sdk/client-inspector2';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { Account } from '../../account/account';
import { fetchAccountNames } from '../../account/names';
import { activeAddress } from '../../finding/address';
import { useClients, useCredentials, useMayChange } from '../../session/context';
import { useChange } from '../../shell/change';
import { Dialog } from '../../shell/dialog';
import { AppLink } from '../../shell/link';
import { NothingThere } from '../../states/states';
import { type FetchPage, usePages } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { counted, readable } from '../../text/words';

/** What can be scanned; code is not yet. */
const SCAN_TYPES = ['EC2', 'ECR', 'LAMBDA'] as const satisfies ResourceScanType[];
type ScanType = (typeof SCAN_TYPES)[number];

const PAGE_SIZE = 50;

/** The accounts that are seen from here, each with what is scanned in it. */
export function AccountTable() {
  const { inspector, assay, region } = useClients();
  const { account, relation } = useCredentials();
  const mayChange = useMayChange() && relation !== 'member';
  const change = useChange();
  const [chosen, setChosen] = useState<string[]>([]);
  const [asksToStop, setAsksToStop] = useState<ScanType>();
  const fetchPage: FetchPage<AccountState> = async (nextToken, abortSignal) => {
    if (relation !== 'delegated-administrator') {
      const { accounts = [] } = await inspector.send(new BatchGetAccountStatusCommand({}), { abortSignal });
      return { rows: accounts, next: undefined };
    }
    const command = new ListMembersCommand({ maxResults: PAGE_SIZE - 1, nextToken });
    const { members = [], nextToken: next } = await inspector.send(command, { abortSignal });
    const ids = members.map(({ accountId = '' }) => accountId);
    const accountIds = nextToken === undefined ? [account, ...ids] : ids;
    const status = new BatchGetAccountStatusCommand({ accountIds });
    const { accounts = [] } = await inspector.send(status, { abortSignal });
    return { rows: accounts, next };
  };
  const pages = usePages(['accounts', region], fetchPage, { lookAgain: 5_000 });
  const rows = pages.rows ?? [];
  const selected = rows.filter(({ accountId }) => chosen.includes(accountId ?? ''));
  const lacking = rows.filter((row) => SCAN_TYPES.some((type) => statusOf(row, type) !== 'ENABLED'));

  const enable = async (accountIds: string[] | undefined) => {
    let changed = 0;
    await change(
      async () => {
        const ids = accountIds ?? [...(await fetchAccountNames(assay)).keys()];
        for (const batch of batches(ids, 100)) {
          await inspector.send(new EnableCommand({ accountIds: batch, resourceTypes: [...SCAN_TYPES] }));
        }
        changed = ids.length;
      },
      () => `Scanning is turned on in ${counted(changed, 'account')}.`,
    );
  };
  const disable = async (type: ScanType) => {
    const accountIds = selected.map(({ accountId = '' }) => accountId);
    await change(
      () => inspector.send(new DisableCommand({ accountIds, resourceTypes: [type] })),
      `Scanning of ${readable(type).toLowerCase()} is turned off in ${counted(accountIds.length, 'account')}.`,
    );
    setAsksToStop(undefined);
  };

  return (
    <SpaceBetween size="m">
      {mayChange && pages.rows !== undefined && lacking.length > 0 && (
        <Alert
          type="info"
          header={lacking.length === rows.length ? 'Scanning is off' : 'Scanning is off in part'}
          action={
            <Button variant="primary" onClick={() => void enable(undefined)}>
              {relation === 'delegated-administrator' ? 'Turn on in all accounts' : 'Turn on all scanning'}
            </Button>
          }
        >
          Hosts, container images and functions are scanned from then on. Any of it can be turned off again.
        </Alert>
      )}
      <PagedTable<AccountState>
        title="Accounts"
        what="accounts"
        columns={COLUMNS}
        pages={pages}
        rowKey={({ accountId }) => accountId ?? ''}
        selectionType={mayChange ? 'multi' : undefined}
        selected={selected}
        onSelect={(accounts) => setChosen(accounts.map(({ accountId = '' }) => accountId))}
        actions={
          mayChange && (
            <SpaceBetween direction="horizontal" size="xs">
              <ButtonDropdown
                disabled={selected.length === 0}
                items={SCAN_TYPES.map((id) => ({ id, text: readable(id) }))}
                onItemClick={({ detail }) => setAsksToStop(detail.id as ScanType)}
              >
                Turn off
              </ButtonDropdown>
              <Button
                disabled={selected.length === 0}
                onClick={() => void enable(selected.map(({ accountId = '' }) => accountId))}
              >
                Turn on
              </Button>
            </SpaceBetween>
          )
        }
        empty={<NothingThere title="There are no accounts" />}
      />
      {asksToStop && (
        <Dialog
          title={`Turn off scanning of ${readable(asksToStop).toLowerCase()}`}
          action="Turn off"
          onSubmit={() => disable(asksToStop)}
          onClose={() => setAsksToStop(undefined)}
        >
          Their findings in {counted(selected.length, 'account')} are closed, and new vulnerabilities are not
          looked for there.
        </Dialog>
      )}
    </SpaceBetween>
  );
}

function batches<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}

function statusOf({ resourceState }: AccountState, type: ScanType): string | undefined {
  const states = { EC2: resourceState?.ec2, ECR: resourceState?.ecr, LAMBDA: resourceState?.lambda };
  return states[type]?.status;
}

const INDICATORS: Record<string, StatusIndicatorProps.Type> = {
  ENABLED: 'success',
  DISABLED: 'stopped',
  ENABLING: 'in-progress',
  DISABLING: 'in-progress',
};

const COLUMNS: Column<AccountState>[] = [
  {
    id: 'account',
    header: 'Account',
    isRowHeader: true,
    cell: ({ accountId }) => <Account id={accountId} />,
    text: ({ accountId }) => accountId,
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ state }) => (
      <StatusIndicator type={INDICATORS[state?.status ?? ''] ?? 'warning'}>
        {readable(state?.status)}
      </StatusIndicator>
    ),
    text: ({ state }) => state?.status,
  },
  ...SCAN_TYPES.map((type): Column<AccountState> => ({
    id: type,
    header: readable(type),
    cell: (row) => (
      <StatusIndicator type={INDICATORS[statusOf(row, type) ?? ''] ?? 'warning'}>
        {readable(statusOf(row, type))}
      </StatusIndicator>
    ),
    text: (row) => statusOf(row, type),
  })),
  {
    id: 'findings',
    header: 'Findings',
    cell: ({ accountId }) => <AppLink to={activeAddress({ awsAccountId: accountId })}>Show</AppLink>,
  },
  {
    id: 'coverage',
    header: 'Resources',
    cell: ({ accountId }) => <AppLink to={`/coverage?accountId=${accountId}`}>Show</AppLink>,
  },
];
