import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import { sdkHandler } from '@assay/net/sdk-handler.ts';
import type { KMSClient, KMSServiceException } from '@aws-sdk/client-kms';
import { type KeyProvider, type KeyRef, keyRefused } from './key-provider.ts';

export interface KmsSettings {
  /** Instead of Amazon's own. */
  readonly endpoint: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const REFUSALS: ReadonlySet<string> = new Set([
  'NotFoundException',
  'DisabledException',
  'InvalidKeyUsageException',
  'KMSInvalidStateException',
  'InvalidCiphertextException',
  'IncorrectKeyException',
  'InvalidArnException',
  'AccessDeniedException',
  'UnsupportedOperationException',
  'ValidationException',
]);

/** Keys of AWS KMS, symmetric; `name` is the ARN, which also says the region. The context is KMS's encryption context. */
export function kmsKeys(settings: KmsSettings, fetcher: Fetcher): KeyProvider {
  const clients = new Map<string, KMSClient>();
  const ask = async <T>(key: KeyRef, work: (sdk: typeof import('@aws-sdk/client-kms'), client: KMSClient) => Promise<T>): Promise<T> => {
    const sdk = await import('@aws-sdk/client-kms');
    const region = key.name.split(':')[3] ?? '';
    const { endpoint, accessKeyId, secretAccessKey } = settings;
    const client =
      clients.get(region) ??
      new sdk.KMSClient({
        region,
        credentials: { accessKeyId, secretAccessKey },
        ...(endpoint === undefined ? {} : { endpoint }),
        requestHandler: sdkHandler(fetcher, { maxBytes: 1024 * 1024 }),
      });
    clients.set(region, client);
    try {
      return await work(sdk, client);
    } catch (error) {
      const { name, message } = error as KMSServiceException;
      if (REFUSALS.has(name)) throw keyRefused(`KMS refuses the key ${key.arn}: ${message}`, error);
      throw error;
    }
  };
  return {
    async wrap(key, dataKey, context) {
      const { CiphertextBlob } = await ask(key, (sdk, client) =>
        client.send(new sdk.EncryptCommand({ KeyId: key.name, Plaintext: dataKey, EncryptionContext: { ...context } })),
      );
      return Buffer.from(CiphertextBlob ?? []).toString('base64');
    },
    async unwrap(key, wrapped, context) {
      const CiphertextBlob = Buffer.from(wrapped, 'base64');
      const { Plaintext } = await ask(key, (sdk, client) =>
        client.send(new sdk.DecryptCommand({ KeyId: key.name, CiphertextBlob, EncryptionContext: { ...context } })),
      );
      return Buffer.from(Plaintext ?? []);
    },
    async rotate(key) {
      await ask(key, (sdk, client) => client.send(new sdk.RotateKeyOnDemandCommand({ KeyId: key.name })));
      return key.version + 1;
    },
  };
}
