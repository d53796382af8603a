/** What `POST /session` answers: temporary credentials, and who they speak for. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** When they end, as RFC 3339 has it. */
  expiration: string;
  account: string;
  user: string;
  role: 'administrator' | 'auditor' | 'agent' | 'enroller';
  /** How the account stands to its organisation. */
  relation: 'standalone' | 'management' | 'delegated-administrator' | 'member';
  /** The regions of the service; one at least. */
  regions: string[];
}

/** What a person shows to sign in: a password, or the code of a link that is good once. */
export type Proof = { account?: string; user: string; password: string } | { code: string };

/** Why nobody is signed in, where it is to be said. */
export type Ending = 'expired' | 'revoked' | 'signed-out' | 'ended-everywhere';

/** Milliseconds until credentials end, from a moment; below zero where they have. */
export function timeLeft(credentials: Credentials, now: number): number {
  return Date.parse(credentials.expiration) - now;
}
