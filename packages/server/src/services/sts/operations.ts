import type { StsHandlers } from '@assay/wire/operation-types.ts';
import type { ServerContext } from '../context.ts';
import { getCallerIdentity } from './operations/caller-identity/get-caller-identity.ts';

export const STS_OPERATIONS: StsHandlers<ServerContext> = { GetCallerIdentity: getCallerIdentity };
