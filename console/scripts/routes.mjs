import openapi, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

/** The file that types of our own routes are in. */
export const FILE = new URL('../src/api/assay-routes.ts', import.meta.url);

const HEADER =
  '// Made of the service’s description of its routes by `npm run generate URL`; a test holds it to that.\n';

/**
 * The types of the routes that a service describes at `/assay/v1/openapi.json`.
 *
 * @param {string} service where it is
 * @returns {Promise<string>}
 */
export async function routesOf(service) {
  const answer = await fetch(new URL('/assay/v1/openapi.json', service));
  const types = astToString(await openapi(await answer.json()));
  return format(HEADER + types, { ...(await resolveConfig(FILE)), parser: 'typescript' });
}
