import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as inspectorSdk from '@aws-sdk/client-inspector2';
import * as stsSdk from '@aws-sdk/client-sts';
import { REGION } from './api.ts';
import { run } from './cli.ts';
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

export function commandLine(service: Service, aws: string, folder: string): ApiClient {
  const environment = { ...cleanEnvironment(folder), AWS_SHARED_CREDENTIALS_FILE: service.credentialsFile, AWS_PAGER: '' };
  const where = ['--endpoint-url', service.address, '--region', REGION, '--output', 'json', '--no-paginate'];
  return {
    async call(name, operation, input) {
      const words = [name, kebab(operation), '--cli-input-json', JSON.stringify(input)];
      const { code, out, err } = await run([aws, ...where, ...words], { cwd: folder, environment });
      if (code === 0) return { answer: JSON.parse(out.trim() === '' ? '{}' : out) };
      if (/invalid choice/i.test(err)) return { unknown: true };
      const [, refused = 'none', message = err] = /An error occurred \((\w+)\) when calling the \w+ operation[^:]*: (.*)/s.exec(err) ?? [];
      return { refused, message };
    },
    async close() {},
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

/** One Python process that makes the calls that are written to it, a line each. */
export function boto3Client(service: Service, python: string, folder: string): ApiClient {
  const env = { ...cleanEnvironment(folder), AWS_SHARED_CREDENTIALS_FILE: service.credentialsFile };
  const child = spawn(python, ['-c', PROGRAM, service.address], { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    async call(name, operation, input) {
      child.stdin.write(`${JSON.stringify([name, kebab(operation, '_'), input])}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('boto3 ended');
      return JSON.parse(value as string) as Reply;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
