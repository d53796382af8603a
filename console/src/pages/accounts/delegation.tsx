import {
  DisableDelegatedAdminAccountCommand,
  EnableDelegatedAdminAccountCommand,
  ListDelegatedAdminAccountsCommand,
} from '@aws-sdk/client-inspector2';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClients, useMayChange } from '../../session/context';
import { useChange } from '../../shell/change';
import { Card } from '../../states/card';

/** Names the account that administers scanning in the organisation; its management account alone does that. */
export function Delegation() {
  const { inspector, region } = useClients();
  const mayChange = useMayChange();
  const work = useChange();
  const [account, setAccount] = useState('');
  const query = useQuery({
    queryKey: ['delegated-administrator', region],
    queryFn: async ({ signal: abortSignal }) => {
      const found = await inspector.send(new ListDelegatedAdminAccountsCommand({}), { abortSignal });
      return { account: found.delegatedAdminAccounts?.[0]?.accountId };
    },
  });
  const name = () =>
    work(
      () => inspector.send(new EnableDelegatedAdminAccountCommand({ delegatedAdminAccountId: account })),
      `${account} administers scanning now.`,
    );
  const takeBack = (delegatedAdminAccountId: string) =>
    work(
      () => inspector.send(new DisableDelegatedAdminAccountCommand({ delegatedAdminAccountId })),
      `${delegatedAdminAccountId} does not administer scanning any more.`,
    );
  return (
    <Card
      title="Delegated administrator"
      description="The account that sees what all members have, and says what is scanned in them."
      query={query}
    >
      {({ account: named }) => (
        <SpaceBetween size="m">
          <KeyValuePairs items={[{ label: 'Account', value: named ?? 'None is named yet' }]} />
          {mayChange && named !== undefined && (
            <Button onClick={() => void takeBack(named)}>Take it back</Button>
          )}
          {mayChange && named === undefined && (
            <FormField
              label="Account"
              constraintText="12 digits, of an account of the organisation"
              secondaryControl={
                <Button variant="primary" disabled={!/^\d{12}$/.test(account)} onClick={() => void name()}>
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
    </Card>
  );
}
