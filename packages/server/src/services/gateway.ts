import { randomUUID } from 'node:crypto';
import type { Logger } from '@assay/core/context.ts';
import { createAuthenticator } from '@assay/wire/authenticate.ts';
import { bindHandlers } from '@assay/wire/bind-handlers.ts';
import { createGateway, type Gateway } from '@assay/wire/gateway.ts';
import { loadModel } from '@assay/wire/load-model.ts';
import type { Observer } from '@assay/wire/request-record.ts';
import type { AccessKeys } from '../accounts/access-keys.ts';
import type { TokenStore } from '../accounts/tokens.ts';
import type { RateLimit } from '../http/rate-limit.ts';
import { ASSAY_OPERATIONS } from './assay/operations.ts';
import { type ServerDependencies, serverContext } from './context.ts';
import { serviceError } from './database-errors.ts';
import { INSPECTOR_SCAN_OPERATIONS } from './inspector-scan/operations.ts';
import { INSPECTOR2_OPERATIONS } from './inspector2/operations.ts';
import { STS_OPERATIONS } from './sts/operations.ts';

export interface ServiceGatewayOptions {
  readonly dependencies: ServerDependencies;
  readonly keys: AccessKeys;
  readonly tokens: TokenStore;
  readonly now: () => number;
  readonly log: Logger;
  /** Told of every request before its answer is sent: audit, metrics. */
  readonly observers?: readonly Observer[];
  /** Milliseconds, monotonic. */
  readonly elapsed?: () => number;
  readonly rateLimit?: RateLimit;
}

/** Every operation that is built, by service. */
export const SERVICES = {
  inspector2: INSPECTOR2_OPERATIONS,
  'inspector-scan': INSPECTOR_SCAN_OPERATIONS,
  sts: STS_OPERATIONS,
  assay: ASSAY_OPERATIONS,
};

/** Every service of this process behind one gateway. */
export async function createServiceGateway(options: ServiceGatewayOptions): Promise<Gateway> {
  const { dependencies, keys, tokens, now, log, observers = [], elapsed = now, rateLimit } = options;
  const services = await Promise.all(
    (Object.keys(SERVICES) as (keyof typeof SERVICES)[]).map(async (name) => ({
      model: await loadModel(name),
      handlers: bindHandlers(SERVICES[name], (request) => serverContext(request, dependencies)),
    })),
  );
  const authenticate = createAuthenticator({
    findAccessKey: (id) => keys.find(id),
    findSession: (token) => tokens.find('session', token),
    findBearer: async (token) => (await tokens.find('bearer', token)) ?? tokens.find('collector', token),
    now,
    regions: [dependencies.region],
  });
  return createGateway({
    services,
    authenticate,
    now,
    log,
    observers,
    elapsed,
    newRequestId: () => randomUUID(),
    mapError: serviceError,
    ...(rateLimit ? { rateLimit } : {}),
  });
}
