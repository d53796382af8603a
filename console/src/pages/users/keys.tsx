import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import type { components } from '../../api/assay-routes';
import { answer } from '../../api/clients';
import { useClients } from '../../session/context';
import { useChange } from '../../shell/change';
import { Dialog } from '../../shell/dialog';
import { useRows } from '../../table/pages';
import { PagedTable } from '../../table/paged-table';
import { Time } from '../../text/time';
import type { User } from './page';
import type { MadeKey } from './secret-dialog';

/** Nobody has more keys than this. */
const PAGE_SIZE = 20;

type Key = components['schemas']['AccessKey'];

/** The access keys of a user: made, turned off and on, deleted. */
export function Keys({ user, onSecret }: { user: User; onSecret: (made: MadeKey) => void }) {
  const { assay } = useClients();
  const change = useChange();
  const pages = useRows(user.accessKeys, PAGE_SIZE);
  const [toDelete, setToDelete] = useState<Key>();
  const work = async (made: () => Promise<unknown>) => {
    await change(made);
    setToDelete(undefined);
  };
  return (
    <>
      <PagedTable<Key>
        title={`Keys of ${user.name}`}
        what={`keys of ${user.name}`}
        within="part"
        pages={pages}
        rowKey={({ accessKeyId }) => accessKeyId}
        empty={`${user.name} has no key.`}
        actions={
          user.role !== 'host' && (
            <Button
              onClick={() =>
                void work(async () =>
                  onSecret(await answer(assay.POST('/users/keys', { body: { user: user.name } }))),
                )
              }
            >
              Make a key
            </Button>
          )
        }
        columns={[
          {
            id: 'id',
            header: 'Key',
            isRowHeader: true,
            cell: ({ accessKeyId }) => <code>{accessKeyId}</code>,
            text: ({ accessKeyId }) => accessKeyId,
          },
          {
            id: 'status',
            header: 'Status',
            cell: ({ status }) =>
              status === 'ACTIVE' ? (
                <StatusIndicator type="success">Active</StatusIndicator>
              ) : (
                <StatusIndicator type="stopped">Off</StatusIndicator>
              ),
            text: ({ status }) => status,
          },
          {
            id: 'created',
            header: 'Made',
            cell: ({ createdAt }) => <Time at={createdAt} />,
            text: ({ createdAt }) => createdAt,
          },
          {
            id: 'ends',
            header: 'Ends',
            cell: ({ endsAt }) => <Time at={endsAt} never="Never" />,
            text: ({ endsAt }) => endsAt,
          },
          {
            id: 'change',
            header: 'Change',
            cell: (key) => (
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  ariaLabel={`Turn ${key.status === 'ACTIVE' ? 'off' : 'on'} ${key.accessKeyId}`}
                  onClick={() => {
                    const status = key.status === 'ACTIVE' ? ('INACTIVE' as const) : ('ACTIVE' as const);
                    const query = { id: key.accessKeyId };
                    void work(() => answer(assay.PUT('/users/key', { params: { query }, body: { status } })));
                  }}
                >
                  Turn {key.status === 'ACTIVE' ? 'off' : 'on'}
                </Button>
                <Button ariaLabel={`Delete ${key.accessKeyId}`} onClick={() => setToDelete(key)}>
                  Delete
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {toDelete && (
        <Dialog
          title={`Delete ${toDelete.accessKeyId}`}
          action="Delete the key"
          onSubmit={() =>
            work(() =>
              answer(assay.DELETE('/users/key', { params: { query: { id: toDelete.accessKeyId } } })),
            )
          }
          onClose={() => setToDelete(undefined)}
        >
          Whoever uses it is refused from now on, for good.
        </Dialog>
      )}
    </>
  );
}
