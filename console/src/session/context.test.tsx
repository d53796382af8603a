import { useQuery } from '@tanstack/react-query';
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { SessionProvider, useSessionState } from './context';
import type { Credentials } from './credentials';
import { signIn } from './exchange';
import { Session } from './session';

vi.mock('./exchange', () => ({ signIn: vi.fn(), renew: vi.fn(), endSessions: vi.fn() }));

afterEach(cleanup);

function credentials(user: string): Credentials {
  return {
    accessKeyId: 'ASIA',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: new Date(Date.now() + 3_600_000).toISOString(),
    account: '000000000000',
    user,
    role: 'administrator',
    relation: 'standalone',
    regions: ['us-east-1'],
  };
}

/** Shows what is known at once, before anything is asked for. */
function Shown() {
  const state = useSessionState();
  const user = state.kind === 'signed-in' ? state.credentials.user : 'nobody';
  const { data } = useQuery({
    queryKey: ['secret'],
    queryFn: () => Promise.resolve(`for ${user}`),
    enabled: user === 'ann',
  });
  return <p>{`${user}: ${data ?? 'nothing'}`}</p>;
}

it('tells nobody what somebody else was told', async () => {
  const quiet = { listen: vi.fn(), ask: vi.fn(), tell: vi.fn(), end: vi.fn() };
  const session = new Session(quiet);
  const enter = (user: string) => {
    vi.mocked(signIn).mockResolvedValueOnce(credentials(user));
    return act(() => session.signIn({ user, password: 'right' }));
  };
  const page = (name: string) => (
    <SessionProvider session={session}>
      <Shown key={name} />
    </SessionProvider>
  );
  const { rerender } = render(page('first'));
  await enter('ann');
  await screen.findByText('ann: for ann');
  act(() => session.signOut());
  rerender(page('second'));
  expect(screen.getByText('nobody: nothing')).toBeTruthy();
  await enter('bob');
  rerender(page('third'));
  expect(screen.getByText('bob: nothing')).toBeTruthy();
});
