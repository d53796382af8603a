import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { components } from '../../api/assay-routes';
import { answer } from '../../api/clients';
import { useClients } from '../../session/context';
import { useChange } from '../../shell/change';
import { Dialog } from '../../shell/dialog';
import { AppLink } from '../../shell/link';
import { NothingThere } from '../../states/states';
import { type FetchPage, usePages } from '../../table/pages';
import type { Column } from '../../table/columns';
import { PagedTable } from '../../table/paged-table';
import { Time, timeText } from '../../text/time';
import { counted, readable } from '../../text/words';
import { Keys } from './keys';
import { type MadeKey, SecretDialog } from './secret-dialog';
import { NewUserDialog } from './new-user-dialog';
import { PasswordDialog } from './password-dialog';

export type User = components['schemas']['User'];

type Dialog = 'new' | 'password' | 'lock' | 'forget';

/** Who may do what in the account, and with which keys. People and services are listed apart from agents of hosts. */
export default function UsersPage() {
  const { assay, region } = useClients();
  const change = useChange();
  const queries = useQueryClient();
  const [parameters, setParameters] = useSearchParams();
  const [dialog, setDialog] = useState<Dialog>();
  const [secret, setSecret] = useState<MadeKey>();
  const role = parameters.get('role') === 'host' ? ('host' as const) : undefined;
  const chosen = parameters.get('name');
  const fetchPage: FetchPage<User> = async (nextToken, signal) => {
    const query = { role, maxResults: 50, nextToken };
    const page = await answer(assay.GET('/users', { params: { query }, signal }));
    return { rows: page.users, next: page.nextToken ?? undefined };
  };
  const pages = usePages(['users', region, role], fetchPage);
  const user = pages.rows?.find(({ name }) => name === chosen);
  const refresh = () => queries.invalidateQueries({ queryKey: ['users', region] });
  const work = async (made: () => Promise<unknown>, done: string) => {
    await change(made, done);
    setDialog(undefined);
  };
  const setStatus = ({ name, role, status }: User) => {
    const next = status === 'ACTIVE' ? 'INACTIVE' : 'ACTIVE';
    return work(
      () => answer(assay.PUT('/user', { params: { query: { name } }, body: { role, status: next } })),
      next === 'ACTIVE' ? `${name} may sign in again.` : `${name} is locked out, with all keys and sessions.`,
    );
  };

  return (
    <SpaceBetween size="l">
      <SegmentedControl
        label="Show users"
        selectedId={role ?? 'people'}
        options={[
          { id: 'people', text: 'People and services' },
          { id: 'host', text: 'Agents of hosts' },
        ]}
        onChange={({ detail }) => setParameters(detail.selectedId === 'host' ? { role: 'host' } : {})}
      />
      <PagedTable<User>
        title="Users and keys"
        what="users"
        columns={COLUMNS}
        pages={pages}
        rowKey={({ name }) => name}
        selectionType="single"
        selected={user ? [user] : []}
        onSelect={([one]) => {
          const next = new URLSearchParams(parameters);
          if (one) next.set('name', one.name);
          else next.delete('name');
          setParameters(next, { replace: true });
        }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {role === 'host' ? (
              <Button disabled={!user} onClick={() => setDialog('forget')}>
                Forget the agent
              </Button>
            ) : (
              <Button disabled={!user} onClick={() => setDialog('password')}>
                Set password
              </Button>
            )}
            <Button
              disabled={!user}
              onClick={() => user && (user.status === 'ACTIVE' ? setDialog('lock') : void setStatus(user))}
            >
              {user?.status === 'INACTIVE' ? 'Let in again' : 'Lock out'}
            </Button>
            <Button variant="primary" onClick={() => setDialog('new')}>
              Add a user
            </Button>
          </SpaceBetween>
        }
        empty={<NothingThere title={role === 'host' ? 'No host is enrolled' : 'There are no users'} />}
      />
      {user ? (
        <Keys user={user} onSecret={setSecret} />
      ) : (
        <Box color="text-body-secondary">Choose a user to see their keys.</Box>
      )}
      {dialog === 'new' && (
        <NewUserDialog
          onClose={() => setDialog(undefined)}
          onMade={(made) => {
            setDialog(undefined);
            setSecret(made.accessKey ?? undefined);
            void refresh();
          }}
        />
      )}
      {dialog === 'password' && user && <PasswordDialog user={user} onClose={() => setDialog(undefined)} />}
      {dialog === 'lock' && user && (
        <Dialog
          title={`Lock ${user.name} out`}
          action="Lock out"
          onSubmit={() => setStatus(user)}
          onClose={() => setDialog(undefined)}
        >
          All their keys and sessions are refused from now on, until they are let in again.
        </Dialog>
      )}
      {dialog === 'forget' && user && (
        <Dialog
          title={`Forget the agent of ${user.name}`}
          action="Forget the agent"
          onSubmit={() =>
            work(
              () => answer(assay.DELETE('/user', { params: { query: { name: user.name } } })),
              `The agent of ${user.name} is forgotten; the host can be enrolled anew.`,
            )
          }
          onClose={() => setDialog(undefined)}
        >
          Its keys are refused from now on.
        </Dialog>
      )}
      {secret && <SecretDialog made={secret} onClose={() => setSecret(undefined)} />}
    </SpaceBetween>
  );
}

const COLUMNS: Column<User>[] = [
  {
    id: 'name',
    header: 'User',
    isRowHeader: true,
    cell: ({ name }) => name,
    text: ({ name }) => name,
    width: 260,
  },
  { id: 'role', header: 'Role', cell: ({ role }) => readable(role), text: ({ role }) => role },
  {
    id: 'status',
    header: 'Status',
    cell: ({ status }) =>
      status === 'ACTIVE' ? (
        <StatusIndicator type="success">Active</StatusIndicator>
      ) : (
        <StatusIndicator type="stopped">Locked out</StatusIndicator>
      ),
    text: ({ status }) => status,
  },
  {
    id: 'password',
    header: 'Password',
    cell: ({ hasPassword }) => (hasPassword ? 'Set' : 'None'),
    text: ({ hasPassword }) => (hasPassword ? 'set' : 'none'),
  },
  {
    id: 'keys',
    header: 'Keys',
    cell: ({ accessKeys }) => counted(accessKeys.length, 'key'),
    text: ({ accessKeys }) => accessKeys.map(({ accessKeyId }) => accessKeyId).join(' '),
  },
  {
    id: 'created',
    header: 'Made',
    cell: ({ createdAt }) => <Time at={createdAt} />,
    text: ({ createdAt }) => timeText(createdAt),
    width: 180,
  },
  {
    id: 'calls',
    header: 'Calls',
    cell: ({ name }) => <AppLink to={`/calls?user=${encodeURIComponent(name)}`}>Show</AppLink>,
  },
];
