import { AssayError } from '@assay/core/errors.ts';
import { sdkHandler, sdkHandlerOver } from '@assay/net/sdk-handler.ts';
import type { ConfigField } from './config.ts';
import { matching, oneOf, webAddress } from './config.ts';
import type { SinkConfig, SinkContext } from './sink.ts';
import type { AwsKeys, SourceConfig, SourceContext } from './source.ts';

/** What everything inside AWS, or what speaks like it, has. The secret is the secret access key. */
export const AWS_CONFIG: Readonly<Record<string, ConfigField>> = {
  region: { about: 'the region', required: true, check: matching(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'like us-east-1') },
  accessKeyId: { about: 'the access key id', required: true, check: matching(/^[A-Za-z0-9_]{16,128}$/, 'an access key id') },
  endpoint: { about: 'instead of the one of AWS', check: webAddress },
};
export const AWS_SECRET: ConfigField = { about: 'the secret access key', required: true };

const WITHOUT_MACHINE = { unless: { name: 'credentials', is: 'machine' } } as const;

/** How a source says who it is. */
export const AWS_IDENTITY: Readonly<Record<'credentials' | 'accessKeyId', ConfigField>> = {
  credentials: {
    about: 'keys (the access key here, default) or machine (whoever the machine that asks is to AWS: by its environment, files or role)',
    check: oneOf('keys', 'machine'),
    local: ['machine'],
  },
  accessKeyId: { ...AWS_CONFIG['accessKeyId']!, ...WITHOUT_MACHINE },
};
export const AWS_SOURCE_SECRET: ConfigField = { ...AWS_SECRET, ...WITHOUT_MACHINE };

/** What sources have besides: they may read in another account. */
export const AWS_SOURCE_CONFIG: Readonly<Record<string, ConfigField>> = {
  ...AWS_CONFIG,
  ...AWS_IDENTITY,
  roleArn: {
    about: 'a role to take first, of the account where things are: its ARN',
    check: matching(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'like arn:aws:iam::123456789012:role/assay'),
  },
  externalId: { about: 'the external id that the role asks for', check: matching(/^[\w+=,.@:/-]{2,1224}$/, 'an external id') },
};

const MAX_ANSWER = 16 << 20;

/** Settings of an SDK client that reaches the network only through `ctx.send`; our own pauses are the retries. */
export function sdkSettings(config: SinkConfig, ctx: SinkContext) {
  const { region = '', accessKeyId = '', endpoint } = config;
  return {
    region,
    credentials: { accessKeyId, secretAccessKey: ctx.secret },
    maxAttempts: 1,
    requestHandler: sdkHandlerOver(({ signal: _, ...request }) => ctx.send({ ...request, method: request.method as 'POST' }, ctx.signal)),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/** Settings of an SDK client of a source; throttling is waited out by the SDK. Takes the role that is configured, and again when it expires. */
export function sdkSourceSettings(config: SourceConfig, ctx: SourceContext) {
  const { roleArn } = config;
  return { ...connection(config, ctx), credentials: roleArn === undefined ? ownKeys(config, ctx) : () => takeRole(roleArn, config, ctx) };
}

function connection({ region = '', endpoint }: SourceConfig, ctx: SourceContext) {
  return {
    region,
    maxAttempts: 4,
    requestHandler: sdkHandler(ctx.fetcher, { maxBytes: MAX_ANSWER, insecure: endpoint?.startsWith('http://') === true }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/** @throws AssayError `config` for those whom the machine does not belong to */
function ownKeys({ credentials, accessKeyId = '', region = '' }: SourceConfig, { secret, machine, fetcher }: SourceContext) {
  if (credentials !== 'machine') return { accessKeyId, secretAccessKey: secret };
  if (machine === undefined) {
    throw new AssayError('config', 'The credentials of this machine are for the account that owns the installation; give an access key.');
  }
  return () => machine.awsKeys(region, fetcher);
}

async function takeRole(roleArn: string, config: SourceConfig, ctx: SourceContext): Promise<AwsKeys> {
  const { STSClient, AssumeRoleCommand } = await import('@aws-sdk/client-sts');
  const sts = new STSClient({ ...connection(config, ctx), credentials: ownKeys(config, ctx) });
  const { externalId } = config;
  const answer = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'assay', ...(externalId === undefined ? {} : { ExternalId: externalId }) }),
  );
  const {
    AccessKeyId: accessKeyId = '',
    SecretAccessKey: secretAccessKey = '',
    SessionToken: sessionToken = '',
    Expiration,
  } = answer.Credentials ?? {};
  return { accessKeyId, secretAccessKey, sessionToken, ...(Expiration === undefined ? {} : { expiration: Expiration }) };
}

const NOT_ALLOWED =
  /AccessDenied|NotAuthorized|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|ExpiredToken|AuthFailure/;

/** What an SDK client threw, as a sentence for whoever configured it. */
export function awsError(error: unknown, what: string): AssayError {
  if (error instanceof AssayError) return error;
  const { name = 'an unknown error' } = error as Error;
  if (NOT_ALLOWED.test(name)) {
    return new AssayError('unauthorized', `AWS does not let us ${what} (${name}); check the access key, the role and their permissions.`, {
      cause: error,
    });
  }
  if (name === 'CredentialsProviderError') {
    const sentence = 'This machine has no credentials of AWS: no environment, files, container or instance gives it any';
    return new AssayError('no-credentials', `${sentence}; give it a role, or an access key here.`, { cause: error });
  }
  if (/Throttl|TooManyRequests|RequestLimit/.test(name)) {
    return new AssayError('rate-limited', `AWS limits how often it is asked (${name}); it is asked again later.`, { cause: error });
  }
  return new AssayError('registry', `AWS could not ${what} (${name}); try again later.`, { cause: error });
}
