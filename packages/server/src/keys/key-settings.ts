import { readFileSync } from 'node:fs';
import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import type { SealingChoice } from '../secrets/sealing-keys.ts';
import { type KeyRing, keyRing } from './key-ring.ts';
import { type KmsSettings, kmsKeys } from './kms-keys.ts';
import { localKeys } from './local-keys.ts';
import { type TransitSettings, transitKeys } from './transit-keys.ts';

/** Where keys may lie, besides the master key file, and which of them seals the service's own secrets. */
export interface KeySettings {
  readonly transit: TransitSettings | undefined;
  readonly kms: KmsSettings | undefined;
  readonly sealing: SealingChoice;
}

type Read = (
  name:
    | 'ASSAY_SEALING_KEY'
    | 'ASSAY_TRANSIT_URL'
    | 'ASSAY_TRANSIT_MOUNT'
    | 'ASSAY_TRANSIT_TOKEN_FILE'
    | 'ASSAY_KMS_ENDPOINT'
    | 'ASSAY_KMS_CREDENTIALS_FILE',
) => string | undefined;

export function readKeySettings(read: Read, problems: string[]): KeySettings {
  const [, provider, name = ''] = /^(LOCAL|TRANSIT|KMS)(?::(.{1,2048}))?$/.exec(read('ASSAY_SEALING_KEY') ?? 'LOCAL') ?? [];
  if (provider === undefined || (provider === 'LOCAL') !== (name === '')) {
    problems.push('ASSAY_SEALING_KEY must be LOCAL, TRANSIT: and the name of a key, or KMS: and the ARN of one');
  }
  return {
    transit: readTransit(read, problems),
    kms: readKms(read, problems),
    sealing: { provider: (provider ?? 'LOCAL') as SealingChoice['provider'], name },
  };
}

function readTransit(read: Read, problems: string[]): TransitSettings | undefined {
  const [address, file, mount] = [read('ASSAY_TRANSIT_URL'), read('ASSAY_TRANSIT_TOKEN_FILE'), read('ASSAY_TRANSIT_MOUNT') ?? 'transit'];
  if (address === undefined && file === undefined) return undefined;
  if (address === undefined || file === undefined || !URL.canParse(address) || !/^[\w/-]{1,128}$/.test(mount)) {
    problems.push('ASSAY_TRANSIT_URL (a URL) and ASSAY_TRANSIT_TOKEN_FILE belong together; ASSAY_TRANSIT_MOUNT is a path');
    return undefined;
  }
  const token = fileText(file, 'ASSAY_TRANSIT_TOKEN_FILE', problems)?.trim();
  return token === undefined ? undefined : { address, mount, token };
}

function readKms(read: Read, problems: string[]): KmsSettings | undefined {
  const file = read('ASSAY_KMS_CREDENTIALS_FILE');
  if (file === undefined) return undefined;
  const text = fileText(file, 'ASSAY_KMS_CREDENTIALS_FILE', problems);
  if (text === undefined) return undefined;
  const value = (name: string): string => new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(text)?.[1] ?? '';
  const [accessKeyId, secretAccessKey] = [value('aws_access_key_id'), value('aws_secret_access_key')];
  if (accessKeyId === '' || secretAccessKey === '') {
    problems.push('ASSAY_KMS_CREDENTIALS_FILE must hold aws_access_key_id and aws_secret_access_key');
    return undefined;
  }
  return { endpoint: read('ASSAY_KMS_ENDPOINT'), accessKeyId, secretAccessKey };
}

function fileText(file: string, name: string, problems: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    problems.push(`${name} cannot be read (${(error as Error).message})`);
    return undefined;
  }
}

/** Every provider that is configured; LOCAL always is. */
export function openKeyRing(masterKey: Uint8Array, settings: KeySettings, fetcher: Fetcher): KeyRing {
  return keyRing({
    LOCAL: localKeys(masterKey),
    ...(settings.transit === undefined ? {} : { TRANSIT: transitKeys(settings.transit, fetcher) }),
    ...(settings.kms === undefined ? {} : { KMS: kmsKeys(settings.kms, fetcher) }),
  });
}
