import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** The environment variables that the command line reads, with what docs/cli.md says of them. */
export const VARIABLES = {
  ASSAY_DATA_DIR: 'Folder of the advisory database and, for `assay serve`, of everything the service keeps. Default `~/.assay`.',
  ASSAY_DEBUG: '`1` shows stack traces and what the program does.',
  NO_COLOR: 'Any value: no colours.',
  HTTPS_PROXY: 'Proxy for registries and feeds; `HTTP_PROXY` and `NO_PROXY` are honoured too, in either case.',
  SSL_CERT_FILE: 'PEM file with certificate authorities to trust besides the built-in ones; `NODE_EXTRA_CA_CERTS` does the same.',
  DOCKER_CONFIG: 'Folder of the `config.json` with registry credentials. Default `~/.docker`.',
  ASSAY_TRUSTED_REALMS:
    'Token servers, comma separated, that may get registry credentials although they are other hosts, e.g. `gitlab.example.com`.',
  AWS_ACCESS_KEY_ID: 'With `AWS_SECRET_ACCESS_KEY`: the keys of `assay submit` and other commands that call a service.',
  AWS_SHARED_CREDENTIALS_FILE: 'File with such keys.',
  ASSAY_COLLECTOR_TOKEN: 'The token of `assay collect`, where no file has it.',
  AWS_PROFILE: 'Its section, or that of `~/.aws/credentials`. Default `default`.',
} as const;

export interface Environment {
  readonly dataDir: string;
  readonly debug: boolean;
  readonly noColor: boolean;
  readonly dockerConfig: string;
  readonly trustedRealms: readonly string[];
  readonly proxy: { readonly http: string | undefined; readonly https: string | undefined; readonly none: string | undefined };
  readonly certificateFile: string | undefined;
  readonly collectorToken: string | undefined;
  /** Keys for the commands that call a service. */
  readonly aws: {
    readonly accessKeyId: string | undefined;
    readonly secretAccessKey: string | undefined;
    readonly credentialsFile: string | undefined;
    readonly profile: string | undefined;
    /** Where the AWS CLI keeps keys. */
    readonly usualFile: string;
  };
  /** What credential helpers see of the environment. */
  readonly helperEnvironment: Readonly<Record<string, string>>;
}

/** What a helper needs to run, and where those of the clouds (`ecr-login`, `gcloud`, `acr-env`) find who they are. */
const OF_HELPERS = /^(PATH|HOME|USER|XDG_RUNTIME_DIR|DOCKER_CONFIG|(AWS|AZURE|CLOUDSDK|GOOGLE)_\w+)$/;

/** The only reader of the process's environment in the command line. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const either = (name: string): string | undefined => variables[name] || variables[name.toLowerCase()] || undefined;
  return {
    dataDir: resolve((variables['ASSAY_DATA_DIR'] || '~/.assay').replace(/^~(?=\/|$)/, homedir())),
    debug: (variables['ASSAY_DEBUG'] ?? '0') !== '0' && variables['ASSAY_DEBUG'] !== '',
    noColor: (variables['NO_COLOR'] ?? '') !== '',
    trustedRealms: (variables['ASSAY_TRUSTED_REALMS'] ?? '').split(',').flatMap((host) => (host.trim() === '' ? [] : [host.trim()])),
    dockerConfig: variables['DOCKER_CONFIG'] || resolve(homedir(), '.docker'),
    proxy: { http: either('HTTP_PROXY'), https: either('HTTPS_PROXY'), none: either('NO_PROXY') },
    helperEnvironment: Object.fromEntries(
      Object.entries(variables).flatMap(([name, value]) => (value !== undefined && OF_HELPERS.test(name) ? [[name, value]] : [])),
    ),
    aws: {
      accessKeyId: variables['AWS_ACCESS_KEY_ID'] || undefined,
      secretAccessKey: variables['AWS_SECRET_ACCESS_KEY'] || undefined,
      credentialsFile: variables['AWS_SHARED_CREDENTIALS_FILE'] || undefined,
      profile: variables['AWS_PROFILE'] || undefined,
      usualFile: resolve(homedir(), '.aws/credentials'),
    },
    collectorToken: variables['ASSAY_COLLECTOR_TOKEN'] || undefined,
    certificateFile: variables['SSL_CERT_FILE'] || variables['NODE_EXTRA_CA_CERTS'] || undefined,
  };
}
