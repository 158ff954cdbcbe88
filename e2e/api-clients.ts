import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as inspectorSdk from '@aws-sdk/client-inspector2';
import * as stsSdk from '@aws-sdk/client-sts';
import { REGION } from './api.ts';
import type { Recipe } from './recipes.ts';
import { cleanEnvironment, readKeys, type Service } from './service.ts';

/** An answer, or the name and words of a refusal; `unknown`: the client has no such operation. */
export type Reply = { readonly answer: unknown } | { readonly refused: string; readonly message: string } | { readonly unknown: true };

/** One of Amazon's clients, unmodified. */
export interface ApiClient {
  readonly call: (service: Recipe['service'], operation: string, input: Readonly<Record<string, unknown>>) => Promise<Reply>;
  readonly close: () => Promise<void>;
}

type Command = new (input: unknown) => never;
/** The package of inspector-scan is not among those that can be installed here; the Python clients cover it. */
const SDKS = {
  inspector2: { sdk: inspectorSdk, Client: inspectorSdk.Inspector2Client },
  'inspector-scan': undefined,
  sts: { sdk: stsSdk, Client: stsSdk.STSClient },
} as const;

export function javascriptClient(service: Service): ApiClient {
  const settings = { endpoint: service.address, region: REGION, credentials: readKeys(service.credentialsFile), maxAttempts: 2 };
  return {
    async call(name, operation, input) {
      const known = SDKS[name];
      const Operation = (known?.sdk as unknown as Record<string, Command | undefined> | undefined)?.[`${operation}Command`];
      if (known === undefined || Operation === undefined) return { unknown: true };
      const client = new known.Client(settings) as { send: (command: never) => Promise<unknown>; destroy: () => void };
      try {
        return { answer: await client.send(new Operation(input)) };
      } catch (error) {
        return { refused: (error as Error).name, message: (error as Error).message };
      } finally {
        client.destroy();
      }
    },
    async close() {},
  };
}

/** `ListCisScans` → `list-cis-scans`, as botocore does it. */
function kebab(operation: string, joint = '-'): string {
  return operation.replace(/([a-z0-9])([A-Z])/g, `$1${joint}$2`).toLowerCase();
}

/** The command line’s own `main`, once a line: starting Python for every call would take minutes. */
const DRIVER = `
import contextlib, io, json, sys
from awscli.clidriver import create_clidriver
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = create_clidriver().main(json.loads(line))
        except SystemExit as end:
            code = end.code
    print(json.dumps({'code': code, 'out': out.getvalue(), 'err': err.getvalue()}), flush=True)
`;

/** @param python one that has the package `awscli` */
export function commandLine(service: Service, python: string, folder: string): ApiClient {
  const where = ['--endpoint-url', service.address, '--region', REGION, '--output', 'json', '--no-paginate'];
  const { ask, close } = conversation([python, '-c', DRIVER], service, folder);
  return {
    async call(name, operation, input) {
      const words = [...where, name, kebab(operation), '--cli-input-json', JSON.stringify(input)];
      const { code, out, err } = (await ask(words)) as { code: number; out: string; err: string };
      if (code === 0) return { answer: JSON.parse(out.trim() === '' ? '{}' : out) };
      if (/invalid choice/i.test(err)) return { unknown: true };
      const [, refused = 'none', message = err] = /An error occurred \((\w+)\) when calling the \w+ operation[^:]*: (.*)/s.exec(err) ?? [];
      return { refused, message };
    },
    close,
  };
}

const PROGRAM = `
import boto3, botocore, json, sys
session = boto3.session.Session(region_name='${REGION}')
clients = {name: session.client(name, endpoint_url=sys.argv[1]) for name in session.get_available_services() if name in ('inspector2', 'inspector-scan', 'sts')}
for line in sys.stdin:
    service, operation, arguments = json.loads(line)
    method = getattr(clients.get(service), operation, None)
    try:
        reply = {'unknown': True} if method is None else {'answer': method(**arguments)}
    except botocore.exceptions.ClientError as error:
        reply = {'refused': error.response['Error']['Code'], 'message': error.response['Error']['Message']}
    except botocore.exceptions.ParamValidationError as error:
        reply = {'refused': 'ParamValidationError', 'message': str(error)}
    print(json.dumps(reply, default=str), flush=True)
`;

export function boto3Client(service: Service, python: string, folder: string): ApiClient {
  const { ask, close } = conversation([python, '-c', PROGRAM, service.address], service, folder);
  return {
    call: async (name, operation, input) => (await ask([name, kebab(operation, '_'), input])) as Reply,
    close,
  };
}

/** A process that answers each line of JSON with one. */
function conversation([program, ...args]: readonly [string, ...string[]], service: Service, folder: string) {
  const env = { ...cleanEnvironment(folder), AWS_SHARED_CREDENTIALS_FILE: service.credentialsFile, AWS_PAGER: '' };
  const child = spawn(program, args, { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    async ask(question: unknown): Promise<unknown> {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${program} ended`);
      return JSON.parse(value as string);
    },
    async close(): Promise<void> {
      child.stdin.end();
      await ended;
    },
  };
}
