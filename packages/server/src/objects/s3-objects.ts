import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import { sdkHandler } from '@assay/net/sdk-handler.ts';
import type { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { type ObjectPlace, type ObjectRefusal, ObjectRefused, type ObjectStore, PartsLost } from './object-store.ts';

export interface S3Settings {
  /** Instead of Amazon's own. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** `https://host/bucket/key`, as most of Amazon's likenesses want it, instead of `https://bucket.host/key`. */
  readonly pathStyle: boolean;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Network {
  readonly fetcher: Fetcher;
  /** Internal hosts that may be reached. */
  readonly named: readonly string[];
}

const MAX_ANSWER = 64 * 1024 * 1024;

/** Objects in buckets of anything that speaks S3. The endpoint is what a tenant wrote, so internal addresses need to be named by the operator. */
export function s3Objects(settings: S3Settings, network: S3Network): ObjectStore {
  const ask = asking(settings, network);
  const named = ({ bucket, key }: ObjectPlace) => ({ Bucket: bucket, Key: key });
  return {
    partBytes: 8 * 1024 * 1024,
    describe: ({ bucket, key }) => `s3://${bucket}/${key}`,
    async put(place, bytes) {
      await ask(place, ({ sdk, client }) => client.send(new sdk.PutObjectCommand({ ...named(place), Body: bytes })));
    },
    async begin(place) {
      const { UploadId } = await ask(place, ({ sdk, client }) => client.send(new sdk.CreateMultipartUploadCommand(named(place))));
      if (UploadId === undefined) throw new Error('the store named no upload');
      return UploadId;
    },
    async putPart(place, upload, { number, bytes }) {
      const part = { ...named(place), UploadId: upload, PartNumber: number, Body: bytes };
      const { ETag } = await ask(place, ({ sdk, client }) => client.send(new sdk.UploadPartCommand(part)));
      return { number, id: ETag ?? '', bytes: bytes.length };
    },
    async complete(place, upload, parts) {
      const size = parts.reduce((sum, part) => sum + part.bytes, 0);
      const Parts = parts.map((part) => ({ PartNumber: part.number, ETag: part.id }));
      try {
        await ask(place, ({ sdk, client }) =>
          client.send(new sdk.CompleteMultipartUploadCommand({ ...named(place), UploadId: upload, MultipartUpload: { Parts } })),
        );
      } catch (error) {
        // Completed before, and the answer was not heard.
        if (error instanceof PartsLost && (await sizeOf(place)) === size) return;
        throw error;
      }
    },
    async abort(place, upload) {
      await missing(
        ask(place, ({ sdk, client }) => client.send(new sdk.AbortMultipartUploadCommand({ ...named(place), UploadId: upload }))),
      );
    },
    async remove(place) {
      await missing(ask(place, ({ sdk, client }) => client.send(new sdk.DeleteObjectCommand(named(place)))));
    },
    async read(place, range) {
      const part = range === undefined ? {} : { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
      const found = await missing(ask(place, ({ sdk, client }) => client.send(new sdk.GetObjectCommand({ ...named(place), ...part }))));
      return found?.Body as AsyncIterable<Uint8Array> | undefined;
    },
  };

  async function sizeOf(place: ObjectPlace): Promise<number | undefined> {
    const found = await missing(ask(place, ({ sdk, client }) => client.send(new sdk.HeadObjectCommand(named(place)))));
    return found?.ContentLength;
  }
}

type Sdk = { readonly sdk: typeof import('@aws-sdk/client-s3'); readonly client: S3Client };

/** The SDK is loaded at the first request; its errors are told in our words. */
function asking(settings: S3Settings, network: S3Network) {
  let loaded: Promise<Sdk> | undefined;
  return async <T>(place: ObjectPlace, work: (sdk: Sdk) => Promise<T>): Promise<T> => {
    loaded ??= import('@aws-sdk/client-s3').then((sdk) => ({ sdk, client: new sdk.S3Client(clientSettings(settings, network)) }));
    try {
      return await work(await loaded);
    } catch (error) {
      throw understood(error as S3ServiceException, place);
    }
  };
}

function clientSettings({ endpoint, region, pathStyle, accessKeyId, secretAccessKey }: S3Settings, { fetcher, named }: S3Network) {
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: pathStyle,
    credentials: { accessKeyId, secretAccessKey },
    // Others than Amazon know only the checksums that the operation demands.
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
    responseChecksumValidation: 'WHEN_REQUIRED' as const,
    requestHandler: sdkHandler(fetcher, { ...reach(endpoint, named), maxBytes: MAX_ANSWER }),
  };
}

/** Hosts that the operator named may be internal, and speak plain HTTP. */
function reach(endpoint: string | undefined, named: readonly string[]) {
  const url = endpoint === undefined ? null : URL.parse(endpoint);
  const known = url !== null && (named.includes(url.host) || named.includes(url.hostname));
  return { foreign: !known, insecure: known };
}

const REFUSALS: Readonly<Record<string, ObjectRefusal>> = {
  NoSuchBucket: 'BUCKET_NOT_FOUND',
  AccessDenied: 'INVALID_PERMISSIONS',
  InvalidAccessKeyId: 'INVALID_PERMISSIONS',
  SignatureDoesNotMatch: 'INVALID_PERMISSIONS',
  PermanentRedirect: 'INCOMPATIBLE_BUCKET_REGION',
  AuthorizationHeaderMalformed: 'INCOMPATIBLE_BUCKET_REGION',
  IllegalLocationConstraintException: 'INCOMPATIBLE_BUCKET_REGION',
};
const LOST: ReadonlySet<string> = new Set(['NoSuchUpload', 'InvalidPart', 'InvalidPartOrder']);

/** The object, or upload, is not there. */
class NothingThere extends Error {}

function understood(error: S3ServiceException, { bucket }: ObjectPlace): unknown {
  const status = error.$metadata?.httpStatusCode;
  const refusal =
    REFUSALS[error.name] ?? (status === 403 ? 'INVALID_PERMISSIONS' : status === 301 ? 'INCOMPATIBLE_BUCKET_REGION' : undefined);
  if (refusal !== undefined)
    return new ObjectRefused(refusal, `The store says of the bucket ${bucket}: ${error.message}`, { cause: error });
  if (LOST.has(error.name)) return new PartsLost(error.message, { cause: error });
  if (status === 404 || status === 416) return new NothingThere(error.message, { cause: error });
  return error;
}

async function missing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NothingThere || error instanceof PartsLost) return undefined;
    throw error;
  }
}
