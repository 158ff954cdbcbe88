import path from 'node:path';
import type { Role } from '@assay/wire/principal.ts';
import { Inspector2Client } from '@aws-sdk/client-inspector2';
import { type AccessKey, createAccessKeys } from '../../accounts/access-keys.ts';
import { openMasterKey } from '../../secrets/master-key.ts';
import { createSealer } from '../../secrets/sealer.ts';
import type { TestService } from './start-service.ts';

/** A fresh key of any account. */
export function keyOf(service: TestService, account: number, role: Role = 'admin'): Promise<AccessKey> {
  const sealer = createSealer(openMasterKey(path.join(service.folder, 'master.key')));
  return createAccessKeys({ pool: service.db.api, sealer, now: Date.now }).create({ account, name: role, role });
}

/** The unmodified SDK as a caller of that account. */
export async function inspectorOf(service: TestService, account: number, role: Role = 'admin'): Promise<Inspector2Client> {
  const credentials = await keyOf(service, account, role);
  return new Inspector2Client({ endpoint: service.server.address, region: 'us-east-1', credentials, maxAttempts: 1 });
}

/** Our own service, by bearer token. */
export function assayOf(service: TestService, account: number, role: Role = 'admin') {
  return async (uri: string, input: object): Promise<{ status: number; body: Record<string, unknown> }> => {
    const token = await service.tokens.create('bearer', { account, name: role, role });
    const headers = { authorization: `Bearer ${token}`, 'x-assay-service': 'assay', 'content-type': 'application/json' };
    const answer = await fetch(`${service.server.address}/assay/${uri}`, { method: 'POST', headers, body: JSON.stringify(input) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
}
