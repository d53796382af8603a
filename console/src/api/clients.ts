import { Inspector2Client } from '@aws-sdk/client-inspector2';
import createClient, { type Client } from 'openapi-fetch';
import type { Session } from '../session/session';
import type { paths } from './assay-routes';
import { faultOf, faultOfAnswer } from './fault';
import { sign } from './sign';

/** The two faces of the service that the console calls, in one region: Inspector's API and the routes of our own. */
export interface Clients {
  inspector: Inspector2Client;
  assay: Client<paths>;
  region: string;
}

/** Clients for a region that sign with whatever credentials the session has at the moment. */
export function clientsOf(session: Session, region: string): Clients {
  const inspector = new Inspector2Client({
    region,
    endpoint: location.origin,
    credentials: async () => {
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = session.credentials();
      return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiration) };
    },
    maxAttempts: 2,
  });
  const assay = createClient<paths>({ baseUrl: `${location.origin}/assay/v1` });
  assay.use({
    onRequest: ({ request }) => sign(request, session.credentials(), region),
    onResponse: async ({ response }) => {
      if (!response.ok) throw await faultOfAnswer(response);
    },
    onError: ({ error }) => faultOf(error),
  });
  return { inspector, assay, region };
}

/** The body of an answer of a route of our own; faults have been thrown before. */
export async function answer<Body>(call: Promise<{ data?: Body }>): Promise<Body> {
  const { data } = await call;
  return data as Body;
}
