import { writeFileSync } from 'node:fs';
import { FILE, routesOf } from './routes.mjs';

const [service] = process.argv.slice(2);
if (service === undefined) {
  console.error('say where a service runs, as `npm run generate http://127.0.0.1:8443`');
  process.exit(2);
}
writeFileSync(FILE, await routesOf(service));
