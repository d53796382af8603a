import { sign } from '../api/sign';
import { faultOf, faultOfAnswer } from '../api/fault';
import type { Credentials, Proof } from './credentials';

/** What came of trying to renew. */
export type Renewal =
  { kind: 'renewed'; credentials: Credentials } | { kind: 'refused' } | { kind: 'unreachable' };

/**
 * Turns a proof into credentials.
 *
 * Throws a `Fault` where the service refuses or cannot be reached.
 */
export async function signIn(proof: Proof): Promise<Credentials> {
  const request = new Request(new URL('/session', location.origin), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(proof),
  });
  return (await answered(request)).json() as Promise<Credentials>;
}

/** Asks for new credentials with those that there are. */
export async function renew(credentials: Credentials): Promise<Renewal> {
  try {
    const request = await signed('/assay/v1/session/renewal', credentials);
    const response = await fetch(request);
    if (response.ok) return { kind: 'renewed', credentials: (await response.json()) as Credentials };
    return { kind: response.status >= 500 || response.status === 429 ? 'unreachable' : 'refused' };
  } catch {
    return { kind: 'unreachable' };
  }
}

/** Ends all sessions of the user. Throws a `Fault`. */
export async function endSessions(credentials: Credentials): Promise<void> {
  await answered(await signed('/assay/v1/session/end', credentials));
}

function signed(path: string, credentials: Credentials): Promise<Request> {
  const request = new Request(new URL(path, location.origin), { method: 'POST' });
  return sign(request, credentials, credentials.regions[0] ?? '');
}

async function answered(request: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    throw faultOf(error);
  }
  if (!response.ok) throw await faultOfAnswer(response);
  return response;
}
