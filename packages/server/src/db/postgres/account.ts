import { spawnSync } from 'node:child_process';
import { AssayError } from '@assay/core/errors.ts';

/** The system user PostgreSQL runs as. `null`: ourselves. PostgreSQL refuses to run as root, so root needs another one. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: SystemUser = { uid: 65534, gid: 65534 };

/**
 * @param wanted name or number of the user asked for (`ASSAY_PG_USER`); honoured by root only, anybody else can only be themselves.
 */
export function chooseSystemUser(wanted: string | undefined, ownUid: number | undefined): SystemUser | null {
  if (ownUid !== 0) return null;
  if (wanted === undefined || wanted === '') return NOBODY;
  const uid = idOf(wanted, '-u');
  const gid = idOf(wanted, '-g');
  if (uid === undefined || gid === undefined) {
    throw new AssayError(
      'postgres-user',
      `ASSAY_PG_USER names ${wanted}, which is not a user of this machine; create it or leave the setting out.`,
    );
  }
  if (uid === 0)
    throw new AssayError('postgres-user', 'PostgreSQL refuses to run as root; set ASSAY_PG_USER to another user or leave it out.');
  return { uid, gid };
}

function idOf(name: string, flag: '-u' | '-g'): number | undefined {
  const result = spawnSync('id', [flag, '--', name], { encoding: 'utf8' });
  const value = Number.parseInt(result.stdout ?? '', 10);
  return result.status === 0 && Number.isInteger(value) ? value : undefined;
}
