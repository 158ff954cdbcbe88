import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import type { NetworkSettings } from '@assay/engine/network.ts';
import { type OidcSettings, parseOidcRoles } from './accounts/oidc-settings.ts';
import { isLoopback } from './http/host.ts';
import { type KeySettings, readKeySettings } from './keys/key-settings.ts';

/** One environment variable: the table from which reading, `docs/configuration.md` and error messages come. */
export interface Setting {
  readonly name: string;
  readonly fallback: string;
  readonly about: string;
}

export const SETTINGS = [
  {
    name: 'ASSAY_DATA_DIR',
    fallback: '~/.assay',
    about: 'Everything Assay keeps: database, advisory files, keys. Backed up, it is the whole service.',
  },
  { name: 'ASSAY_HOST', fallback: '127.0.0.1', about: 'Address to listen on. Any other than loopback demands TLS.' },
  { name: 'ASSAY_PORT', fallback: '8460', about: 'Port of API and console; 0 takes a free one.' },
  { name: 'ASSAY_HOST_NAMES', fallback: '', about: 'Names, comma separated, under which browsers reach the service.' },
  { name: 'ASSAY_TLS_CERT', fallback: '', about: 'File with the certificate chain (PEM).' },
  { name: 'ASSAY_TLS_KEY', fallback: '', about: 'File with its private key (PEM).' },
  {
    name: 'ASSAY_INSECURE_HTTP',
    fallback: '',
    about: '1 allows plain HTTP on an address that is not loopback: only behind a proxy that speaks TLS.',
  },
  { name: 'ASSAY_DATABASE_URL', fallback: '', about: 'postgres://… of a PostgreSQL 15 or newer instead of the embedded one.' },
  {
    name: 'ASSAY_DATABASE_URL_WORKER',
    fallback: '',
    about: 'The same for role assay_worker, when its password was chosen by an administrator.',
  },
  { name: 'ASSAY_DATABASE_URL_API', fallback: '', about: 'The same for role assay_api.' },
  {
    name: 'ASSAY_PG_USER',
    fallback: '',
    about: 'Started as root, the system user that runs the embedded PostgreSQL; nobody unless given.',
  },
  {
    name: 'ASSAY_MASTER_KEY_FILE',
    fallback: '',
    about: 'File with the key that seals stored secrets; `master.key` in the data directory unless given. Keep it out of backups.',
  },
  { name: 'ASSAY_REGION', fallback: 'us-east-1', about: 'Region in ARNs and signatures.' },
  { name: 'ASSAY_ACCOUNT', fallback: '000000000000', about: 'First account, 12 digits.' },
  { name: 'ASSAY_SAMPLE', fallback: '1', about: '0 removes the sample resource and does not load it again.' },
  { name: 'ASSAY_FIRST_LOOK', fallback: '1', about: '0 starts without taking stock of this machine and of the folder it was started in.' },
  { name: 'ASSAY_FEED_HOURS', fallback: '6', about: 'Hours between updates of the advisories; 0 never fetches.' },
  {
    name: 'ASSAY_WEBHOOK_HOSTS',
    fallback: '',
    about: 'Hosts, comma separated, that webhooks and other sinks may reach although they are internal.',
  },
  {
    name: 'ASSAY_RATE_LIMIT',
    fallback: '200',
    about: 'Requests a second that one caller may make of this process, in bursts of five seconds’ worth; 0 is no limit.',
  },
  {
    name: 'ASSAY_DRAIN_SECONDS',
    fallback: '0',
    about: 'Seconds between “not ready” and the end of listening when it stops: the time that the balancer in front needs to notice.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    fallback: '',
    about: 'Collector that gets traces and metrics over OTLP/HTTP (JSON), such as `http://localhost:4318`; none unless given.',
  },
  { name: 'ASSAY_METRICS_TOKEN', fallback: '', about: 'Bearer token that `/metrics` asks for; without one only this machine may read it.' },
  {
    name: 'ASSAY_PROBE_PORT',
    fallback: '',
    about: 'Port on which a worker answers `/health/live`, `/health/ready` and `/metrics`; none unless given.',
  },
  { name: 'ASSAY_AUDIT_READS', fallback: '1', about: '0 keeps audit records only of calls that may change something.' },
  { name: 'ASSAY_AUDIT_DAYS', fallback: '400', about: 'Days that audit records are kept, to the month; 0 keeps them for ever.' },
  {
    name: 'ASSAY_CLOSED_DAYS',
    fallback: '0',
    about: 'Days after which a closed finding is removed with its history; 0 keeps them for ever.',
  },
  {
    name: 'ASSAY_CLUSTER_DAYS',
    fallback: '90',
    about:
      'Days without a sign of life after which a cluster counts as removed, so that its images age; 0 waits until somebody removes it.',
  },
  {
    name: 'ASSAY_FILTERS',
    fallback: '10000',
    about: 'Filters and suppression rules that an account may have.',
  },
  {
    name: 'ASSAY_PRICES',
    fallback: '',
    about: 'US dollars for one of a usage type, as `ECR_INITIAL_SCAN=0.09,ECR_RESCAN=0.01`; what is not named costs nothing.',
  },
  {
    name: 'ASSAY_SEALING_KEY',
    fallback: '',
    about:
      'Key that wraps what seals stored secrets: LOCAL (the master key), TRANSIT:NAME or KMS:ARN. Changed, it is wrapped again at the next start.',
  },
  { name: 'ASSAY_TRANSIT_URL', fallback: '', about: 'OpenBao or Vault whose transit engine holds keys.' },
  { name: 'ASSAY_TRANSIT_MOUNT', fallback: 'transit', about: 'Where the transit engine is mounted.' },
  { name: 'ASSAY_TRANSIT_TOKEN_FILE', fallback: '', about: 'File with the token for it.' },
  { name: 'ASSAY_KMS_CREDENTIALS_FILE', fallback: '', about: 'AWS credentials file for keys that lie in AWS KMS.' },
  { name: 'ASSAY_KMS_ENDPOINT', fallback: '', about: 'Instead of the KMS of AWS.' },
  {
    name: 'ASSAY_PUBLIC_URL',
    fallback: '',
    about: 'Address under which browsers reach the service, as https://assay.example; needed for OIDC.',
  },
  { name: 'ASSAY_OIDC_ISSUER', fallback: '', about: 'Address of the OpenID Connect provider people sign in through; see accounts.md.' },
  { name: 'ASSAY_OIDC_CLIENT_ID', fallback: '', about: 'Name of this service at the provider.' },
  { name: 'ASSAY_OIDC_CLIENT_SECRET_FILE', fallback: '', about: 'File with its secret there; none for a public client.' },
  { name: 'ASSAY_OIDC_SCOPE', fallback: 'openid profile email', about: 'What is asked of the provider.' },
  { name: 'ASSAY_OIDC_CLAIM', fallback: 'groups', about: 'Claim that names the groups of a person.' },
  {
    name: 'ASSAY_OIDC_ROLES',
    fallback: '',
    about: 'Who may do what, as `security=admin,platform=operator@111111111111`: group, role and account; the first that fits counts.',
  },
  { name: 'ASSAY_LOG', fallback: 'info', about: 'debug, info, warn or error.' },
] as const satisfies readonly Setting[];
export type SettingName = (typeof SETTINGS)[number]['name'];

export interface Config {
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly hostNames: readonly string[] | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly databaseUrl: string | undefined;
  readonly databaseUrls: { readonly worker: string | undefined; readonly api: string | undefined };
  readonly pgUser: string | undefined;
  readonly masterKeyFile: string;
  readonly region: string;
  readonly account: number;
  readonly sample: boolean;
  readonly firstLook: boolean;
  readonly feedHours: number;
  readonly webhookHosts: readonly string[];
  readonly network: NetworkSettings;
  /** Requests a second of one caller; 0: no limit. */
  readonly rateLimit: number;
  readonly drainSeconds: number;
  readonly otlpEndpoint: string | undefined;
  readonly metricsToken: string | undefined;
  readonly probePort: number | undefined;
  readonly auditReads: boolean;
  /** 0: for ever. */
  readonly closedDays: number;
  readonly mostFilters: number;
  readonly auditDays: number;
  readonly clusterDays: number;
  readonly prices: Readonly<Record<string, number>>;
  readonly keys: KeySettings;
  readonly oidc: OidcSettings | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The only reader of the server's environment; all problems are told together.
 * @throws AssayError `config`
 */
export function readConfig(environment: Environment = process.env): Config {
  const problems: string[] = [];
  const get = (name: SettingName): string => environment[name] || (SETTINGS.find((s) => s.name === name)?.fallback ?? '');
  const optional = (name: SettingName): string | undefined => get(name) || undefined;
  const check = <T>(name: SettingName, read: (text: string) => T | undefined, wants: string): T => {
    const value = read(get(name));
    if (value === undefined) problems.push(`${name} must be ${wants}, not "${get(name)}"`);
    return value as T;
  };
  const dataDirectory = path.resolve(get('ASSAY_DATA_DIR').replace(/^~(?=\/|$)/, os.homedir()));
  const host = get('ASSAY_HOST');
  const config: Config = {
    dataDirectory,
    host,
    port: check('ASSAY_PORT', (t) => wholeNumber(t, 65_535), 'a port number'),
    hostNames: optional('ASSAY_HOST_NAMES')
      ?.split(',')
      .map((name) => name.trim()),
    tls: readTls(optional('ASSAY_TLS_CERT'), optional('ASSAY_TLS_KEY'), problems),
    databaseUrl: optional('ASSAY_DATABASE_URL'),
    databaseUrls: { worker: optional('ASSAY_DATABASE_URL_WORKER'), api: optional('ASSAY_DATABASE_URL_API') },
    pgUser: optional('ASSAY_PG_USER'),
    masterKeyFile: get('ASSAY_MASTER_KEY_FILE') || path.join(dataDirectory, 'master.key'),
    region: check('ASSAY_REGION', (t) => (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(t) ? t : undefined), 'like us-east-1'),
    account: check('ASSAY_ACCOUNT', (t) => (/^\d{12}$/.test(t) ? Number(t) : undefined), '12 digits'),
    sample: check('ASSAY_SAMPLE', flag, '0 or 1'),
    firstLook: check('ASSAY_FIRST_LOOK', flag, '0 or 1'),
    webhookHosts:
      optional('ASSAY_WEBHOOK_HOSTS')
        ?.split(',')
        .map((name) => name.trim()) ?? [],
    network: networkOf(environment),
    feedHours: check('ASSAY_FEED_HOURS', (t) => wholeNumber(t, 8_760), 'a whole number of hours'),
    rateLimit: check('ASSAY_RATE_LIMIT', (t) => wholeNumber(t, 100_000), 'a number of requests a second'),
    drainSeconds: check('ASSAY_DRAIN_SECONDS', (t) => wholeNumber(t, 300), 'a number of seconds up to 300'),
    otlpEndpoint: check('OTEL_EXPORTER_OTLP_ENDPOINT', url, 'an http or https URL') || undefined,
    metricsToken: optional('ASSAY_METRICS_TOKEN'),
    probePort:
      optional('ASSAY_PROBE_PORT') === undefined ? undefined : check('ASSAY_PROBE_PORT', (t) => wholeNumber(t, 65_535), 'a port number'),
    auditReads: check('ASSAY_AUDIT_READS', flag, '0 or 1'),
    closedDays: check('ASSAY_CLOSED_DAYS', (t) => wholeNumber(t, 36_500), 'a whole number of days'),
    mostFilters: check('ASSAY_FILTERS', (t) => wholeNumber(t, 999_999), 'a whole number'),
    clusterDays: check('ASSAY_CLUSTER_DAYS', (t) => wholeNumber(t, 36_500), 'a whole number of days'),
    auditDays: check('ASSAY_AUDIT_DAYS', (t) => wholeNumber(t, 36_500), 'a whole number of days'),
    prices: check('ASSAY_PRICES', priceList, 'like ECR_INITIAL_SCAN=0.09,ECR_RESCAN=0.01'),
    keys: readKeySettings(optional, problems),
    oidc: readOidc(get, problems),
    logLevel: check('ASSAY_LOG', level, 'debug, info, warn or error'),
  };
  if (!isLoopback(host) && config.tls === undefined && environment['ASSAY_INSECURE_HTTP'] !== '1') {
    problems.push(
      `ASSAY_HOST=${host} is not loopback: set ASSAY_TLS_CERT and ASSAY_TLS_KEY, or ASSAY_INSECURE_HTTP=1 behind a proxy that speaks TLS`,
    );
  }
  refuseUnknown(environment, problems);
  if (problems.length > 0) throw new AssayError('config', `${problems.join('; ')}.`);
  return config;
}

/** The variables that every program honours, in either case. */
function networkOf(environment: Environment): NetworkSettings {
  const either = (name: string): string | undefined => environment[name] || environment[name.toLowerCase()] || undefined;
  return {
    proxy: { http: either('HTTP_PROXY'), https: either('HTTPS_PROXY'), none: either('NO_PROXY') },
    certificateFile: environment['SSL_CERT_FILE'] || environment['NODE_EXTRA_CA_CERTS'] || undefined,
  };
}

function refuseUnknown(environment: Environment, problems: string[]): void {
  const ours = /^ASSAY_(AUDIT|HOST|PORT|TLS|DATA|DATABASE|PG|FEED|SAMPLE|RATE|METRICS|PROBE|DRAIN|SEALING|TRANSIT|KMS|OIDC)/;
  const unknown = Object.keys(environment).filter((name) => ours.test(name) && !SETTINGS.some((s) => s.name === name));
  if (unknown.length > 0) problems.push(`${unknown.join(', ')} is not a setting; see docs/configuration.md`);
}

/** Empty stands for none. */
function url(text: string): string | undefined {
  return /^(https?:\/\/[^\s/]+\S*)?$/.test(text) ? text : undefined;
}

function wholeNumber(text: string, most: number): number | undefined {
  return /^\d{1,6}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function flag(text: string): boolean | undefined {
  return text === '1' ? true : text === '0' ? false : undefined;
}

function priceList(text: string): Record<string, number> | undefined {
  const pairs = text.split(',').filter((pair) => pair !== '');
  const prices = pairs.map((pair) => /^ *([A-Z_0-9]+) *= *(\d{1,9}(?:\.\d{1,9})?) *$/.exec(pair));
  return prices.includes(null) ? undefined : Object.fromEntries(prices.map((price) => [price![1]!, Number(price![2])]));
}

function level(text: string): Config['logLevel'] | undefined {
  return text === 'debug' || text === 'info' || text === 'warn' || text === 'error' ? text : undefined;
}

function readTls(cert: string | undefined, key: string | undefined, problems: string[]): Config['tls'] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    problems.push('ASSAY_TLS_CERT and ASSAY_TLS_KEY belong together');
    return undefined;
  }
  try {
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } catch (error) {
    problems.push(`ASSAY_TLS_CERT or ASSAY_TLS_KEY cannot be read (${(error as Error).message})`);
    return undefined;
  }
}

function readOidc(get: (name: SettingName) => string, problems: string[]): OidcSettings | undefined {
  const issuer = get('ASSAY_OIDC_ISSUER');
  if (issuer === '') return undefined;
  const roles = parseOidcRoles(get('ASSAY_OIDC_ROLES'));
  const publicUrl = get('ASSAY_PUBLIC_URL').replace(/\/$/, '');
  if (!URL.canParse(issuer)) problems.push('ASSAY_OIDC_ISSUER must be an address');
  if (!/^https?:\/\/[^/?#]+$/.test(publicUrl))
    problems.push('ASSAY_PUBLIC_URL must be an address without a path when ASSAY_OIDC_ISSUER is set');
  if (get('ASSAY_OIDC_CLIENT_ID') === '') problems.push('ASSAY_OIDC_CLIENT_ID must be set with ASSAY_OIDC_ISSUER');
  if (roles === undefined) problems.push('ASSAY_OIDC_ROLES must be like security=admin,platform=operator@111111111111');
  const file = get('ASSAY_OIDC_CLIENT_SECRET_FILE');
  let clientSecret: string | undefined;
  try {
    clientSecret = file === '' ? undefined : readFileSync(file, 'utf8').trim();
  } catch (error) {
    problems.push(`ASSAY_OIDC_CLIENT_SECRET_FILE cannot be read (${(error as Error).message})`);
  }
  const scope = get('ASSAY_OIDC_SCOPE');
  return {
    issuer,
    clientId: get('ASSAY_OIDC_CLIENT_ID'),
    clientSecret,
    publicUrl,
    scope,
    claim: get('ASSAY_OIDC_CLAIM'),
    roles: roles ?? [],
  };
}
