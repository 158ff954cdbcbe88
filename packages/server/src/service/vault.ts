import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Context } from '@assay/core/context.ts';
import { fetcherOf } from '@assay/engine/network.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { openKeyRing } from '../keys/key-settings.ts';
import { directoryObjects } from '../objects/directory-objects.ts';
import { exportStores } from '../objects/export-stores.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { createRingSealer, type Sealer } from '../secrets/sealer.ts';
import { openSealingKeys, rotateSealingKeys } from '../secrets/sealing-keys.ts';

/** What the service keeps under lock: keys, stored secrets, and the places of encrypted exports. */
export interface Vault {
  readonly keys: KeyRing;
  readonly sealer: Sealer;
  readonly objectsOf: (account: number) => Promise<ObjectStore>;
  /** Of the key that seals stored secrets; an admin of `account` may ask for it. */
  readonly sealing: { readonly account: number; rotate(): Promise<number> };
}

export interface VaultOptions {
  readonly config: Config;
  readonly ctx: Context;
  readonly masterKey: Buffer;
  readonly database: Pick<Database, 'worker' | 'api'>;
}

/** @throws AssayError `key-refused`, `key-provider` */
export async function openVault({ config, ctx, masterKey, database }: VaultOptions): Promise<Vault> {
  const fetcher = fetcherOf(config.network, ctx);
  const keys = openKeyRing(masterKey, config.keys, fetcher);
  const sealing = await openSealingKeys({ pool: database.worker, keys, choice: config.keys.sealing });
  const sealer = createRingSealer(masterKey, sealing);
  const directory = directoryObjects(path.join(config.dataDirectory, 'exports'), randomUUID);
  return {
    keys,
    sealer,
    objectsOf: exportStores({ pool: database.api, sealer, directory, network: { fetcher, named: config.webhookHosts } }),
    sealing: { account: config.account, rotate: () => rotateSealingKeys({ pool: database.worker, keys }) },
  };
}
