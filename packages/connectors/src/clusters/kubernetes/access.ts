import { AssayError } from '@assay/core/errors.ts';
import type { TlsIdentity } from '@assay/net/transport.ts';
import type { SourceConfig, SourceContext } from '../../source.ts';
import { fields, items, text } from '../values.ts';

/** Where an API server is, and what opens it. */
export interface Access {
  /** `https://10.0.0.1:6443`, without a slash at the end. */
  readonly server: string;
  readonly tls: TlsIdentity;
  /** Asked for each request: tokens of pods are replaced while we run. */
  readonly token: () => Promise<string | undefined>;
  /** What the kubeconfig calls the cluster; empty inside one. */
  readonly name: string;
}

type ReadFile = (path: string) => Promise<string>;

const POD_FILES = '/var/run/secrets/kubernetes.io/serviceaccount';
const MOST_KUBECONFIG = 1024 * 1024;

/** By the kubeconfig in the secret; without one, as a pod of the cluster itself. @throws AssayErrors `no-access`, `bad-kubeconfig`. */
export async function openAccess(config: SourceConfig, ctx: Pick<SourceContext, 'secret' | 'machine'>): Promise<Access> {
  const readFile = ctx.machine?.readFile;
  if (ctx.secret !== '') return await fromKubeconfig(ctx.secret, config['context'] ?? '', readFile);
  if (readFile === undefined) throw new AssayError('no-access', 'A kubeconfig is needed; give it as the secret (--secret-file).');
  try {
    const ca = await readFile(`${POD_FILES}/ca.crt`);
    const token = async () => (await readFile(`${POD_FILES}/token`)).trim();
    await token();
    return { server: bare(config['server'] ?? 'https://kubernetes.default.svc'), tls: { ca }, token, name: '' };
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw new AssayError(
      'no-access',
      'There is no service account here; run inside a pod that has one, or give a kubeconfig as the secret (--secret-file).',
      {
        cause: error,
      },
    );
  }
}

async function fromKubeconfig(yaml: string, wanted: string, readFile: ReadFile | undefined): Promise<Access> {
  const { name, cluster, user } = select(await parseYaml(yaml), wanted);
  refuseUnknown(cluster, user);
  const server = bare(text(cluster['server']));
  const data = async (member: string, owner: Readonly<Record<string, unknown>>): Promise<string | undefined> => {
    const inline = owner[`${member}-data`];
    if (typeof inline === 'string' && inline !== '') return pem(inline, member);
    const path = owner[member];
    return typeof path === 'string' && path !== '' ? await fileOf(path, member, readFile) : undefined;
  };
  const ca = await data('certificate-authority', cluster);
  const cert = await data('client-certificate', user);
  const key = await data('client-key', user);
  const servername = text(cluster['tls-server-name']);
  const tls = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(servername !== '' && { servername }),
  };
  const token = typeof user['token'] === 'string' && user['token'] !== '' ? user['token'] : undefined;
  const tokenFile = text(user['tokenFile']);
  if (token === undefined && tokenFile !== '') {
    await fileOf(tokenFile, 'tokenFile', readFile);
    return { server, tls, name, token: async () => (await fileOf(tokenFile, 'tokenFile', readFile)).trim() };
  }
  return { server, tls, name, token: async () => token };
}

async function parseYaml(yaml: string): Promise<Readonly<Record<string, unknown>>> {
  if (yaml.length > MOST_KUBECONFIG) throw bad('is too long');
  const { parseKubeconfig } = await import('./kubeconfig-yaml.ts');
  try {
    return fields(parseKubeconfig(yaml));
  } catch (error) {
    throw new AssayError('bad-kubeconfig', 'The kubeconfig is no YAML; copy it again, whole.', { cause: error });
  }
}

function select(kubeconfig: Readonly<Record<string, unknown>>, wanted: string) {
  const named = (list: string, member: string, name: string): Readonly<Record<string, unknown>> => {
    const found = items(kubeconfig[list]).find((one) => fields(one)['name'] === name);
    if (found === undefined) throw bad(`has no ${member} ${JSON.stringify(name)}`);
    return fields(fields(found)[member]);
  };
  const current = wanted !== '' ? wanted : text(kubeconfig['current-context']);
  if (current === '') throw bad('names no current-context');
  const context = named('contexts', 'context', current);
  const name = text(context['cluster']);
  const user = text(context['user']);
  return { name, cluster: named('clusters', 'cluster', name), user: user === '' ? {} : named('users', 'user', user) };
}

/** What we cannot do is said, not passed over: without it another identity would be used than the one that was meant. */
function refuseUnknown(cluster: Readonly<Record<string, unknown>>, user: Readonly<Record<string, unknown>>): void {
  const programs = 'gets its credentials from a program, which is not run here; use one with the token of a service account';
  if (user['exec'] !== undefined || user['auth-provider'] !== undefined) throw bad(programs);
  if (user['username'] !== undefined) throw bad('has a user name and password, which Kubernetes gave up; use a token or a certificate');
  if (user['as'] !== undefined) throw bad('acts as somebody else, which is not supported; use the token of that account');
  if (cluster['insecure-skip-tls-verify'] === true) throw bad('turns off the check of certificates; put certificate-authority-data in it');
  if (cluster['proxy-url'] !== undefined) throw bad('names a proxy; set the proxy of Assay');
}

async function fileOf(path: string, member: string, readFile: ReadFile | undefined): Promise<string> {
  if (readFile === undefined) throw bad(`names a file in ${member}; write it with kubectl config view --raw --flatten`);
  try {
    return await readFile(path);
  } catch (error) {
    throw new AssayError('bad-kubeconfig', `The file that the kubeconfig names in ${member} cannot be read.`, { cause: error });
  }
}

function pem(base64: string, member: string): string {
  const decoded = Buffer.from(base64, 'base64').toString('utf8');
  if (!decoded.includes('-----BEGIN ')) throw bad(`holds no PEM in ${member}-data`);
  return decoded;
}

function bare(server: string): string {
  const url = URL.parse(server);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') throw bad('has no usable address of a server');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function bad(what: string): AssayError {
  return new AssayError('bad-kubeconfig', `The kubeconfig ${what}.`);
}
