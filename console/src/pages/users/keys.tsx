import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { components } from '../../api/assay-routes';
import { answer } from '../../api/clients';
import { useClients } from '../../session/context';
import { useChange } from '../../shell/change';
import { Dialog } from '../../shell/dialog';
import { Time } from '../../text/time';
import type { User } from './page';
import type { MadeKey } from './secret-dialog';

type Key = components['schemas']['AccessKey'];

/** The access keys of a user: made, turned off and on, deleted. */
export function Keys({ user, onSecret }: { user: User; onSecret: (made: MadeKey) => void }) {
  const { assay } = useClients();
  const change = useChange();
  const [toDelete, setToDelete] = useState<Key>();
  const work = async (made: () => Promise<unknown>) => {
    await change(made);
    setToDelete(undefined);
  };
  return (
    <>
      <Table<Key>
        items={user.accessKeys}
        trackBy="accessKeyId"
        ariaLabels={{ tableLabel: `Keys of ${user.name}` }}
        empty={`${user.name} has no key.`}
        header={
          <Header
            variant="h2"
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
          >
            Keys of {user.name}
          </Header>
        }
        columnDefinitions={[
          {
            id: 'id',
            header: 'Key',
            isRowHeader: true,
            cell: ({ accessKeyId }) => <code>{accessKeyId}</code>,
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
          },
          { id: 'created', header: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
          { id: 'ends', header: 'Ends', cell: ({ endsAt }) => <Time at={endsAt} never="Never" /> },
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
