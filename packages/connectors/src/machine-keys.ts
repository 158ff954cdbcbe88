import type { Logger } from '@assay/core/context.ts';
import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import { sdkHandler } from '@assay/net/sdk-handler.ts';
import type { AwsKeys, LocalMachine } from './source.ts';

type Provider = () => Promise<AwsKeys>;

const MAX_ANSWER = 1 << 20;
/** Of the metadata service; its usual timeout is one second. */
const RETRIES = 2;

/**
 * What every program of AWS finds on its machine, in the order of the SDK: environment, files of the AWS CLI with their profiles, web identity
 * (IRSA), container (ECS, EKS Pod Identity), instance (IMDSv2). The last two are asked at loopback and link-local addresses that no
 * configuration of ours names, the guarded fetcher reaches none of them. Kept until they end.
 */
export function machineKeys(log: Logger): LocalMachine['awsKeys'] {
  const providers = new Map<string, Promise<Provider>>();
  return async (region, fetcher) => {
    const provider = providers.get(region) ?? openChain(region, fetcher, log);
    providers.set(region, provider);
    return await (await provider)();
  };
}

async function openChain(region: string, fetcher: Fetcher, log: Logger): Promise<Provider> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const quiet = (): void => {};
  const logger = { trace: quiet, debug: quiet, info: quiet, error: quiet, warn: (text: unknown) => log.warn(String(text)) };
  const clientConfig = { region, requestHandler: sdkHandler(fetcher, { maxBytes: MAX_ANSWER }) };
  return defaultProvider({ clientConfig, logger, maxRetries: RETRIES });
}
