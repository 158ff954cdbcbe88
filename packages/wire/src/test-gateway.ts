import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '@assay/core/context.ts';
import { createAuthenticator } from './authenticate.ts';
import { type AnyHandler, createGateway, type GatewayOptions, type Outcome } from './gateway.ts';
import { loadModel, type ServiceName } from './load-model.ts';
import type { Identity } from './principal.ts';

/** A gateway on a loopback port for the tests of this package. */
export const ACCOUNT = '123456789012';
export const IDENTITY: Identity = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ops`, userId: 'AIDAEXAMPLE', role: 'admin' };
export const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLE000000001', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
export const SESSION = 'session-token';
export const BEARER = 'bearer-token';

export interface TestGateway {
  readonly server: Server;
  readonly url: string;
  readonly outcomes: Outcome[];
  readonly errors: string[];
  readonly close: () => Promise<void>;
}

export interface TestGatewayOptions {
  readonly handlers?: Partial<Record<ServiceName, Record<string, AnyHandler>>>;
  readonly gateway?: Partial<GatewayOptions>;
  readonly regions?: readonly string[];
  readonly now?: () => number;
}

export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const outcomes: Outcome[] = [];
  const errors: string[] = [];
  const log: Logger = {
    debug() {},
    info() {},
    warn() {},
    error: (message, attributes) => errors.push(`${message} ${JSON.stringify(attributes)}`),
  };
  const now = options.now ?? Date.now;
  let sequence = 0;
  const names: ServiceName[] = ['inspector2', 'inspector-scan', 'sts', 'assay'];
  const services = await Promise.all(
    names.map(async (name) => ({ model: await loadModel(name), handlers: options.handlers?.[name] ?? {} })),
  );
  const authenticate = createAuthenticator({
    findAccessKey: async (id) => (id === CREDENTIALS.accessKeyId ? { secret: CREDENTIALS.secretAccessKey, identity: IDENTITY } : undefined),
    findSession: async (token) => (token === SESSION ? IDENTITY : undefined),
    findBearer: async (token) => (token === BEARER ? IDENTITY : undefined),
    now,
    ...(options.regions ? { regions: options.regions } : {}),
  });
  const newRequestId = () => `00000000-0000-4000-8000-${String(++sequence).padStart(12, '0')}`;
  const gateway = createGateway({ services, authenticate, now, log, newRequestId, ...options.gateway });
  const server = createServer((request, response) => void gateway(request, response).then((outcome) => outcomes.push(outcome)));
  const url = await listen(server);
  return { server, url, outcomes, errors, close: () => closed(server) };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
