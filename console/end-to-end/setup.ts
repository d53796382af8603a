import type { TestProject } from 'vitest/node';
import { Service, whatIsMissing } from './service';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the service is; nothing where the tests cannot run here. */
    service: string | undefined;
    /** The directory that the service was started in. */
    directory: string | undefined;
  }
}

/** Starts the service that all tests share, with an organisation in it. */
export default function setup(project: TestProject) {
  const missing = whatIsMissing();
  if (missing !== undefined) {
    console.warn(`the console is not tried in a browser: ${missing}`);
    return undefined;
  }
  return Service.start().then((service) => {
    service.seed();
    project.provide('service', service.url);
    project.provide('directory', service.directory);
    return () => service.stop();
  });
}
