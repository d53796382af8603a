import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { sign } from '../src/api/sign';
import type { Credentials } from '../src/session/credentials';
import { imageOf } from './image';

/** The program that is tried: `$ASSAY`, else what `cargo build` made. */
export const ASSAY = resolve(process.env.ASSAY ?? join(import.meta.dirname, '../../target/debug/assay'));

/** The browser: `$CHROMIUM`, else Debian's. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const PASSWORD = 'correct horse battery staple';
/** The account that administers the organisation, and its members. */
export const ACCOUNT = '000000000000';
export const MEMBERS = ['222222222222', '333333333333'] as const;
export const REGION = 'us-east-1';
export const HOST = 'i-0feedc0de00000001';

const ORGANIZATION = `
management = "111111111111"
administrator = "${ACCOUNT}"
[[accounts]]
id = "${MEMBERS[0]}"
name = "payments"
[[accounts]]
id = "${MEMBERS[1]}"
name = "search"
`;

/** A running service with an organisation of its own, in a directory that goes with it. */
export class Service {
  private constructor(
    readonly url: string,
    readonly directory: string,
    private readonly process: ChildProcess | undefined,
  ) {}

  /** One that somebody else has started, and stops. */
  static running(url: string, directory: string): Service {
    return new Service(url, directory, undefined);
  }

  static async start(): Promise<Service> {
    const service = await Service.serve(temporaryDirectory(), ACCOUNT);
    service.write('organization.toml', ORGANIZATION);
    service.run(['admin', 'organization', 'apply', 'organization.toml', '--data', 'data']);
    service.setPassword(ACCOUNT, 'administrator');
    return service;
  }

  /** One over a store that was filled for an account before, with the intelligence in `first.idx` there. */
  static async over(store: string, account: string): Promise<Service> {
    const directory = temporaryDirectory();
    symlinkSync(resolve(store), join(directory, 'data'));
    const service = await Service.serve(directory, account, ['--db', 'data/first.idx']);
    service.setPassword(account, 'administrator');
    return service;
  }

  private static async serve(directory: string, account: string, more: string[] = []): Promise<Service> {
    const process = spawn(
      ASSAY,
      [
        'serve',
        '--data',
        'data',
        '--account',
        account,
        '--listen',
        '127.0.0.1:0',
        '--feeds',
        'none',
        '--write-credentials',
        'credentials',
        ...more,
      ],
      { cwd: directory, env: environment(directory), stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const url = await new Promise<string>((found, failed) => {
      const lines = createInterface({ input: process.stdout });
      lines.on('line', (line) => {
        const at = line.match(/^listening on (\S+)$/)?.[1];
        if (at !== undefined) found(at);
      });
      process.once('exit', (code) => failed(new Error(`the service ended with ${code}`)));
    });
    return new Service(url, directory, process);
  }

  stop(): void {
    this.process?.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Runs the program in the service's directory, and gives back what it prints. */
  run(parameters: string[], { input, key }: { input?: string; key?: string } = {}): string {
    const env = { ...environment(this.directory), ...(key && keyOf(key)) };
    return execFileSync(ASSAY, parameters, { cwd: this.directory, env, input, encoding: 'utf8' });
  }

  write(path: string, content: string): void {
    const file = join(this.directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  path(path: string): string {
    return join(this.directory, path);
  }

  /** The key of the first administrator. */
  key(): { accessKeyId: string; secretAccessKey: string } {
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = keyOf(
      readFileSync(this.path('credentials'), 'utf8'),
    );
    return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  }

  /** Makes a user; what is printed tells their key. */
  createUser(account: string, name: string, role: string): string {
    return this.run(['admin', 'create-user', account, name, '--role', role, '--data', 'data']);
  }

  setPassword(account: string, user: string): void {
    this.run(['admin', 'set-password', account, user, '--data', 'data'], { input: `${PASSWORD}\n` });
  }

  /** Tells the service of a resource, as the first administrator or with another's key. */
  push(target: string, resource: 'host' | 'image' | 'function', more: string[] = [], key?: string): void {
    this.run(['push', target, '--server', this.url, '--resource', resource, '--enable', ...more], { key });
  }

  /** Calls a route of our own, as the first administrator. */
  async call(path: string, body: unknown): Promise<void> {
    const signedIn = await fetch(new URL('/session', this.url), {
      method: 'POST',
      body: JSON.stringify({ account: ACCOUNT, user: 'administrator', password: PASSWORD }),
    });
    const credentials = (await signedIn.json()) as Credentials;
    const request = new Request(new URL(path, this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await fetch(await sign(request, credentials, REGION));
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  /** Installs Python packages into a directory that is told of as a host. */
  host(id: string, packages: Record<string, string>, key?: string): void {
    this.pythonPackages(`hosts/${id}`, packages);
    this.push(`dir:hosts/${id}`, 'host', ['--id', id, '--tag', 'team=red'], key);
  }

  pythonPackages(root: string, packages: Record<string, string>): void {
    this.write(`${root}/etc/os-release`, 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n');
    for (const [name, version] of Object.entries(packages)) {
      this.write(
        `${root}/usr/lib/python3/dist-packages/${name}-${version}.dist-info/METADATA`,
        `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
      );
    }
  }

  /** What an organisation has: this machine, hosts, an image, functions, in three accounts. */
  seed(): void {
    this.host(HOST, { django: '3.2', pillow: '8.4.0', requests: '2.19.0' });
    this.push('host:', 'host', ['--id', 'i-0feedc0de00000002']);
    this.pythonPackages('image', { django: '3.2.1', pyyaml: '5.1' });
    this.write('image/srv/app/node_modules/lodash/package.json', '{"name": "lodash", "version": "4.17.10"}');
    imageOf(this.path('image'), this.path('image.oci'));
    this.push('oci:image.oci', 'image', ['--tag', 'team=blue']);
    this.pythonPackages('function', { pillow: '8.4.0' });
    for (const version of ['', ':1']) {
      const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:checkout${version}`;
      this.push('dir:function', 'function', ['--id', arn]);
    }
    for (const member of MEMBERS) {
      const key = this.createUser(member, 'collector', 'administrator');
      this.host(`i-0feedc0de${member.slice(0, 7)}`, { django: '3.2' }, key);
    }
    // Nobody may sign in often: each file of many tests has somebody of its own.
    for (const [name, role] of [
      ['analyst', 'administrator'],
      ['operator', 'administrator'],
      ['auditor', 'auditor'],
    ] as const) {
      this.createUser(ACCOUNT, name, role);
      this.setPassword(ACCOUNT, name);
    }
  }
}

function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'assay-console-'));
}

/** Nothing of the machine's own settings reaches the program. */
function environment(directory: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: directory,
    ASSAY_HOME: join(directory, 'home'),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
    AWS_REGION: REGION,
  };
}

function keyOf(printed: string): NodeJS.ProcessEnv {
  const value = (name: string) => printed.match(new RegExp(`${name}\\s*=\\s*(\\S+)`, 'i'))?.[1];
  return {
    AWS_ACCESS_KEY_ID: value('aws_access_key_id'),
    AWS_SECRET_ACCESS_KEY: value('aws_secret_access_key'),
  };
}

/** Why the tests cannot run here, where they cannot. */
export function whatIsMissing(): string | undefined {
  if (!existsSync(ASSAY)) return `there is no ${ASSAY}: run \`cargo build --bin assay\``;
  if (!existsSync(CHROMIUM)) return `there is no ${CHROMIUM}: install chromium, or name it by $CHROMIUM`;
  return undefined;
}
