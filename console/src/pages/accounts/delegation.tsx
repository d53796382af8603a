import {
  DisableDelegatedAdminAccountCommand,
  EnableDelegatedAdminAccountCommand,
  ListDelegatedAdminAccountsCommand,
} from '@aws-sdk/client-inspector2';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { faultOf } from '../../api/fault';
import { useClients, useMayChange } from '../../session/context';
import { useNotices } from '../../shell/notices';
import { Failed, Loading } from '../../states/states';

/** Names the account that administers scanning in the organisation; its management account alone does that. */
export function Delegation() {
  const { inspector, region } = useClients();
  const mayChange = useMayChange();
  const notices = useNotices();
  const queries = useQueryClient();
  const [account, setAccount] = useState('');
  const { data, error, refetch } = useQuery({
    queryKey: ['delegated-administrator', region],
    queryFn: async ({ signal: abortSignal }) => {
      const found = await inspector.send(new ListDelegatedAdminAccountsCommand({}), { abortSignal });
      return found.delegatedAdminAccounts?.[0]?.accountId ?? null;
    },
  });
  const work = async (change: () => Promise<unknown>, done: string) => {
    try {
      await change();
      notices.tell('success', done);
      await queries.invalidateQueries();
    } catch (fault) {
      notices.tell('error', faultOf(fault).message);
    }
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="The account that sees what all members have, and says what is scanned in them."
        >
          Delegated administrator
        </Header>
      }
    >
      {error !== null && <Failed error={error} what="the administrator" onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Loading what="the administrator" />}
      {data !== undefined && (
        <SpaceBetween size="m">
          <KeyValuePairs items={[{ label: 'Account', value: data ?? 'None is named yet' }]} />
          {mayChange && data !== null && (
            <Button
              onClick={() =>
                void work(
                  () =>
                    inspector.send(
                      new DisableDelegatedAdminAccountCommand({ delegatedAdminAccountId: data }),
                    ),
                  `${data} does not administer scanning any more.`,
                )
              }
            >
              Take it back
            </Button>
          )}
          {mayChange && data === null && (
            <FormField
              label="Account"
              constraintText="12 digits, of an account of the organisation"
              secondaryControl={
                <Button
                  variant="primary"
                  disabled={!/^\d{12}$/.test(account)}
                  onClick={() =>
                    void work(
                      () =>
                        inspector.send(
                          new EnableDelegatedAdminAccountCommand({ delegatedAdminAccountId: account }),
                        ),
                      `${account} administers scanning now.`,
                    )
                  }
                >
                  Name it
                </Button>
              }
            >
              <Input
                value={account}
                inputMode="numeric"
                onChange={({ detail }) => setAccount(detail.value.trim())}
              />
            </FormField>
          )}
        </SpaceBetween>
      )}
    </Container>
  );
}
