import { endSessions, renew, signIn } from './exchange';
import { type Credentials, type Ending, type Proof, timeLeft } from './credentials';
import { type Tabs, openTabs } from './tabs';

/** Whether somebody is signed in. */
export type SessionState =
  | { kind: 'asking-tabs' }
  | { kind: 'signed-out'; ending?: Ending }
  | { kind: 'signed-in'; credentials: Credentials };

/** Renewed when a third of their time is left, so that a service that is away for minutes does not sign anybody out. */
const RENEW_AT = 1 / 3;
const TRY_AGAIN_AFTER = 20_000;

/**
 * Who is signed in. Credentials are in the memory of the page alone: never in storage, cookies or addresses. They are
 * renewed before they end, and shared with other tabs of the same browser that ask.
 */
export class Session {
  private state: SessionState = { kind: 'asking-tabs' };
  private listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly tabs: Tabs;

  constructor(tabs: Tabs = openTabs()) {
    this.tabs = tabs;
    this.tabs.listen({
      asked: () => (this.state.kind === 'signed-in' ? this.state.credentials : undefined),
      told: (credentials) => {
        if (timeLeft(credentials, Date.now()) > 0) this.take(credentials);
      },
      ended: (ending) => this.forget(ending),
    });
  }

  /** Asks other tabs for their credentials, and is signed out where none answers soon. */
  async begin(patience = 150): Promise<void> {
    this.tabs.ask();
    await new Promise((resolve) => setTimeout(resolve, patience));
    if (this.state.kind === 'asking-tabs') this.forget(undefined);
  }

  readonly current = (): SessionState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The credentials; a call that needs some is a mistake where nobody is signed in. */
  readonly credentials = (): Credentials => {
    if (this.state.kind !== 'signed-in') throw new Error('nobody is signed in');
    return this.state.credentials;
  };

  async signIn(proof: Proof): Promise<void> {
    const credentials = await signIn(proof);
    this.take(credentials);
    this.tabs.tell(credentials);
  }

  signOut(): void {
    this.tabs.end('signed-out');
    this.forget('signed-out');
  }

  /** Ends all sessions of the user, wherever they are. */
  async signOutEverywhere(): Promise<void> {
    await endSessions(this.credentials());
    this.tabs.end('ended-everywhere');
    this.forget('ended-everywhere');
  }

  /** To be told when the service does not know the credentials any more. */
  refused(): void {
    if (this.state.kind === 'signed-in') {
      this.forget(timeLeft(this.state.credentials, Date.now()) > 0 ? 'revoked' : 'expired');
    }
  }

  private take(credentials: Credentials): void {
    this.change({ kind: 'signed-in', credentials });
    this.renewAfter(timeLeft(credentials, Date.now()) * (1 - RENEW_AT));
  }

  private forget(ending: Ending | undefined): void {
    clearTimeout(this.timer);
    this.change({ kind: 'signed-out', ending });
  }

  private renewAfter(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.renew(), Math.max(milliseconds, 1_000));
  }

  private async renew(): Promise<void> {
    if (this.state.kind !== 'signed-in') return;
    const { credentials } = this.state;
    const outcome = await renew(credentials);
    // Another tab may have been quicker.
    if (this.state.kind !== 'signed-in' || this.state.credentials !== credentials) return;
    if (outcome.kind === 'renewed') {
      this.take(outcome.credentials);
      this.tabs.tell(outcome.credentials);
      return;
    }
    if (timeLeft(credentials, Date.now()) <= 0) this.forget('expired');
    else if (outcome.kind === 'unreachable') this.renewAfter(TRY_AGAIN_AFTER);
    // Twelve hours after signing in nothing is renewed any more; what there is stays good until its end.
    else this.renewAfter(timeLeft(credentials, Date.now()));
  }

  private change(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
