import type { Context } from '@assay/core/context.ts';
import type pg from 'pg';
import type { CollectableBlobs } from '../blobs/blobs.ts';
import type { Config } from '../config.ts';
import type { FindingNaming } from '../findings/naming.ts';
import type { AdvisoryFiles } from '../revisions/advisory-files.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

import type { Vault } from './vault.ts';

/** What the parts of a running service share. */
export interface World {
  readonly config: Config;
  /** Role worker. */
  readonly worker: pg.Pool;
  /** Role api. */
  readonly api: pg.Pool;
  readonly blobs: CollectableBlobs;
  readonly revisions: AdvisoryFiles;
  readonly vault: Vault;
  readonly ctx: Context;
  readonly telemetry: Telemetry;
  readonly naming: FindingNaming;
  /** The folder the service was started in. */
  readonly startedIn: string;
}
