import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../session/credentials';

/** The name of the service that calls below `/assay/v1` are signed for. */
const SERVICE = 'assay';

/** A request with a signature of the credentials' (AWS Signature Version 4). */
export async function sign(request: Request, credentials: Credentials, region: string): Promise<Request> {
  const url = new URL(request.url);
  const body = request.body === null ? undefined : new Uint8Array(await request.clone().arrayBuffer());
  const headers: Record<string, string> = { host: url.host };
  const type = request.headers.get('content-type');
  if (type !== null && body !== undefined) headers['content-type'] = type;
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) (query[name] ??= []).push(value);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    service: SERVICE,
    region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    sha256: Sha256,
  });
  const signed = await signer.sign(
    new HttpRequest({
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query,
      headers,
      body,
    }),
  );
  // The browser says the host itself.
  const { host: _, ...sent } = signed.headers;
  return new Request(request.url, {
    method: request.method,
    headers: sent,
    body,
    signal: request.signal,
  });
}
