import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Credentials, Ending } from './credentials';
import { type Renewal, endSessions, renew, signIn } from './exchange';
import { Session } from './session';
import type { Listener, Tabs } from './tabs';

vi.mock('./exchange', () => ({ signIn: vi.fn(), renew: vi.fn(), endSessions: vi.fn() }));

const HOUR = 3_600_000;

function credentials(name: string, goodFor = HOUR): Credentials {
  return {
    accessKeyId: name,
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: new Date(Date.now() + goodFor).toISOString(),
    account: '000000000000',
    user: 'ann',
    role: 'administrator',
    relation: 'standalone',
    regions: ['us-east-1'],
  };
}

/** Other tabs, of which a test says what they say. */
class OtherTabs implements Tabs {
  listener: Listener | undefined;
  told: string[] = [];
  ended: Ending[] = [];
  answers: Credentials | undefined;

  listen(listener: Listener): void {
    this.listener = listener;
  }
  ask(): void {
    if (this.answers) this.listener?.told(this.answers);
  }
  tell({ accessKeyId }: Credentials): void {
    this.told.push(accessKeyId);
  }
  end(ending: Ending): void {
    this.ended.push(ending);
  }
}

/** Who is signed in, in a word. */
function who(session: Session): string {
  const state = session.current();
  if (state.kind === 'signed-in') return state.credentials.accessKeyId;
  return state.kind === 'signed-out' ? `nobody${state.ending ? `, ${state.ending}` : ''}` : state.kind;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.resetAllMocks();
});

async function signedIn(tabs = new OtherTabs(), goodFor = HOUR): Promise<[Session, OtherTabs]> {
  const session = new Session(tabs);
  vi.mocked(signIn).mockResolvedValueOnce(credentials('first', goodFor));
  await session.signIn({ user: 'ann', password: 'right' });
  return [session, tabs];
}

describe('beginning', () => {
  it('is signed out where no other tab answers', async () => {
    const session = new Session(new OtherTabs());
    expect(who(session)).toBe('asking-tabs');
    const begun = session.begin();
    await vi.advanceTimersByTimeAsync(200);
    await begun;
    expect(who(session)).toBe('nobody');
  });

  it.each([
    ['theirs', HOUR, 'theirs'],
    // What another tab has may have ended while the machine slept.
    ['old', -1, 'nobody'],
  ])('takes what another tab has: %s', async (name, goodFor, outcome) => {
    const tabs = new OtherTabs();
    tabs.answers = credentials(name, goodFor);
    const session = new Session(tabs);
    const begun = session.begin();
    await vi.advanceTimersByTimeAsync(200);
    await begun;
    expect(who(session)).toBe(outcome);
  });
});

describe('renewal', () => {
  it('comes before the end, and other tabs hear of it', async () => {
    const [session, tabs] = await signedIn();
    vi.mocked(renew).mockResolvedValueOnce({ kind: 'renewed', credentials: credentials('second', 2 * HOUR) });
    await vi.advanceTimersByTimeAsync(HOUR * 0.6);
    expect(who(session)).toBe('first');
    await vi.advanceTimersByTimeAsync(HOUR * 0.1);
    expect(who(session)).toBe('second');
    expect(tabs.told).toEqual(['first', 'second']);
  });

  it.each<[Renewal['kind'], number, string]>([
    // A service that is away is asked again until the end.
    ['unreachable', HOUR * 0.9, 'first'],
    ['unreachable', HOUR * 1.1, 'nobody, expired'],
    // Refused is refused, and what there is stays good until its end.
    ['refused', HOUR * 0.9, 'first'],
    ['refused', HOUR * 1.1, 'nobody, expired'],
  ])('%s, after %d ms', async (kind, after, outcome) => {
    const [session] = await signedIn();
    vi.mocked(renew).mockResolvedValue({ kind } as Renewal);
    await vi.advanceTimersByTimeAsync(after);
    expect(who(session)).toBe(outcome);
  });
});

describe('ending', () => {
  it('is in every tab', async () => {
    const [session, tabs] = await signedIn();
    session.signOut();
    expect([who(session), tabs.ended]).toEqual(['nobody, signed-out', ['signed-out']]);
  });

  it('is everywhere only where the service said so', async () => {
    const [session, tabs] = await signedIn();
    vi.mocked(endSessions).mockRejectedValueOnce(new Error('away'));
    await expect(session.signOutEverywhere()).rejects.toThrow('away');
    expect([who(session), tabs.ended]).toEqual(['first', []]);
    await session.signOutEverywhere();
    expect([who(session), tabs.ended]).toEqual(['nobody, ended-everywhere', ['ended-everywhere']]);
  });

  it('comes from other tabs, and from a service that refuses', async () => {
    const [session, tabs] = await signedIn();
    tabs.listener?.ended('signed-out');
    expect(who(session)).toBe('nobody, signed-out');
    const [other] = await signedIn();
    other.refused();
    expect(who(other)).toBe('nobody, revoked');
  });

  it('tells who listens', async () => {
    const [session] = await signedIn();
    const heard = vi.fn();
    const stop = session.subscribe(heard);
    session.signOut();
    stop();
    session.signOut();
    expect(heard).toHaveBeenCalledTimes(1);
    expect(() => session.credentials()).toThrow('nobody is signed in');
  });
});
