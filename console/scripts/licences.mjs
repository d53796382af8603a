// Holds what ends up in the console to permissive licences. Tools that only build and test it are named where they are
// not permissive, so that a new one is noticed.
import { readFileSync } from 'node:fs';

const PERMISSIVE = new Set([
  'Apache-2.0',
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'MIT-0',
  'Python-2.0',
  'CC-BY-4.0',
  'Unlicense',
]);

/** Tools under the Mozilla Public License: Vite's minifier of style sheets, and the checker of accessibility. */
const TOOLS = /^(lightningcss(-[a-z0-9-]+)?|axe-core)$/;

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const wrong = Object.entries(packages).flatMap(([path, { license, dev, devOptional, optional }]) => {
  if (path === '') return [];
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const isTool = Boolean(dev ?? devOptional ?? optional);
  const terms = String(license ?? 'none')
    .replaceAll(/[()]/g, '')
    .split(/ (?:OR|AND) /);
  if (terms.every((term) => PERMISSIVE.has(term)) || (isTool && TOOLS.test(name))) return [];
  return [`${name}: ${license ?? 'no licence is told'}`];
});
if (wrong.length > 0) {
  console.error(`not permissive, and not a tool that is known not to be:\n${wrong.join('\n')}`);
  process.exit(1);
}
