import { readFileSync } from 'node:fs';
import { expect, inject, it } from 'vitest';
import { FILE, routesOf } from '../scripts/routes.mjs';

const service = inject('service');

it.skipIf(service === undefined)('types of our own routes are those of the service', async () => {
  const made = await routesOf(service ?? '');
  // Which lines differ is told by generating them.
  expect(made === readFileSync(FILE, 'utf8'), 'run `npm run generate URL`').toBe(true);
});
