import { expect, it } from 'vitest';
import type { Credentials } from '../session/credentials';
import { sign } from './sign';

const CREDENTIALS = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'token',
} as Credentials;

it.each([
  ['GET', undefined],
  ['POST', '{"a": 1}'],
  ['PUT', ''],
])('%s is signed for our service, and goes as it was', async (method, body) => {
  const url = 'http://127.0.0.1:8443/assay/v1/resource?id=arn%3Aaws%3Alambda%3Af&x=a%20b&x=c';
  const headers = { 'content-type': 'application/json' };
  const signed = await sign(new Request(url, { method, body, headers }), CREDENTIALS, 'eu-west-1');
  expect([signed.method, signed.url, await signed.text()]).toEqual([method, url, body ?? '']);
  expect(signed.headers.get('authorization')).toMatch(
    /^AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE\/\d{8}\/eu-west-1\/assay\/aws4_request, /,
  );
  expect(signed.headers.get('x-amz-security-token')).toBe('token');
  expect(signed.headers.get('authorization')).toContain('host;');
  // Only a body has a type.
  expect(signed.headers.get('content-type')).toBe(body === undefined ? null : 'application/json');
});
