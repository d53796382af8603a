import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState } from 'react';
import { faultOf } from '../api/fault';
import { useSession } from './context';
import type { Ending, Proof } from './credentials';
import './sign-in.css';

const ENDINGS: Record<Ending, string> = {
  expired: 'Your session is over. Sign in to go on where you were.',
  revoked: 'Your session was ended. Sign in again.',
  'signed-out': 'You are signed out.',
  'ended-everywhere': 'All your sessions are ended.',
};

/** Where people sign in. The address stays, so that they come to what they wanted to see. */
export function SignIn({ ending }: { ending: Ending | undefined }) {
  const session = useSession();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [account, setAccount] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const code = useRef(takeCode());

  const signIn = async (proof: Proof) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await session.signIn(proof);
    } catch (error) {
      setProblem(faultOf(error).message);
      setBusy(false);
    }
  };
  useEffect(() => {
    const once = code.current;
    code.current = undefined;
    if (once !== undefined) void signIn({ code: once });
    // A code is good once: it is shown when the page is opened, and never again.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);

  return (
    <main className="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void signIn({ user, password, ...(account === '' ? {} : { account }) });
        }}
      >
        <Form
          header={
            <Header variant="h1" description="Continual vulnerability management, on your own machines">
              Assay
            </Header>
          }
          actions={
            <Button variant="primary" loading={isBusy} loadingText="Signing in">
              Sign in
            </Button>
          }
        >
          <SpaceBetween size="m">
            {problem !== undefined && <Alert type="error">{problem}</Alert>}
            {problem === undefined && ending !== undefined && <Alert type="info">{ENDINGS[ending]}</Alert>}
            <Container>
              <SpaceBetween size="m">
                <FormField label="User">
                  <Input
                    value={user}
                    autoFocus
                    autoComplete="username"
                    onChange={({ detail }) => setUser(detail.value)}
                  />
                </FormField>
                <FormField label="Password">
                  <Input
                    type="password"
                    value={password}
                    autoComplete="current-password"
                    onChange={({ detail }) => setPassword(detail.value)}
                  />
                </FormField>
                <ExpandableSection headerText="Account">
                  <FormField
                    label="Account"
                    description="Where several accounts have a user of this name."
                    constraintText="12 digits"
                  >
                    <Input
                      value={account}
                      inputMode="numeric"
                      onChange={({ detail }) => setAccount(detail.value.trim())}
                    />
                  </FormField>
                </ExpandableSection>
              </SpaceBetween>
            </Container>
            <Box variant="small">
              No password yet? On the machine of the service, <code>assay admin create-sign-in-link</code>{' '}
              makes a link that is good once, and <code>assay admin set-password</code> sets a password.
            </Box>
          </SpaceBetween>
        </Form>
      </form>
    </main>
  );
}

/** The code of a sign-in link, `#code=…`, which is taken out of the address and the history at once. */
function takeCode(): string | undefined {
  const code = new URLSearchParams(location.hash.slice(1)).get('code') ?? undefined;
  if (code !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
  return code;
}
