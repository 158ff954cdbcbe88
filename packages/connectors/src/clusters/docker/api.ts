import { AssayError } from '@assay/core/errors.ts';
import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import type { SourceConfig, SourceContext } from '../../source.ts';
import { jsonLines } from '../json-lines.ts';
import { noAccess } from '../watch-units.ts';

const MOST_BYTES = 64 * 1024 * 1024;
/** A stream of events is opened anew after this long; what was missed shows in the list. */
const STREAM_MS = 30 * 60_000;

/** The Docker-compatible API, read only. */
export interface DockerApi {
  /** Undefined: there is no such thing (404). */
  get(path: string): Promise<unknown>;
  /** Objects of an endless answer. */
  stream(path: string, signal: AbortSignal): AsyncIterable<unknown>;
}

/** @throws AssayErrors `config`, `denied`, `network`, … */
export function openDockerApi({ address = DEFAULT_ADDRESS }: SourceConfig, ctx: SourceContext): DockerApi {
  const { fetcher, origin } = wayTo(address, ctx);
  const ask = async (
    path: string,
    more: { readonly timeoutMs: number; readonly stallMs: number; readonly signal: AbortSignal; readonly endless?: true },
  ) => {
    const answer = await fetcher({ url: `${origin}${path}`, maxBytes: MOST_BYTES, maxRedirects: 0, retries: 0, ...more }).catch((error) => {
      throw denied(error, address);
    });
    if (answer.status === 200 || answer.status === 404) return answer;
    answer.discard();
    if (answer.status === 401 || answer.status === 403) {
      throw noAccess(`${address} refuses GET ${path} (${answer.status}); allow the collector to read containers, images, info and events.`);
    }
    throw new AssayError('http-status', `${address} answered ${answer.status} for ${path.slice(0, 100)}; see what its own log says.`);
  };
  return {
    async get(path) {
      const answer = await ask(path, { timeoutMs: 60_000, stallMs: 30_000, signal: ctx.signal });
      if (answer.status === 200) return answer.json();
      answer.discard();
      return undefined;
    },
    async *stream(path, signal) {
      const answer = await ask(path, { timeoutMs: STREAM_MS, stallMs: STREAM_MS, signal, endless: true });
      if (answer.status === 200) return yield* jsonLines(answer.body);
      answer.discard();
      throw new AssayError(
        'http-status',
        `${address} has no ${path.replace(/\?.*/, '')}; check that the address is one of Docker or Podman.`,
      );
    },
  };
}

export const DEFAULT_ADDRESS = 'unix:///var/run/docker.sock';

function wayTo(address: string, ctx: SourceContext): { readonly fetcher: Fetcher; readonly origin: string } {
  if (!address.startsWith('unix://')) return { fetcher: ctx.fetcher, origin: address.replace(/^tcp:/, 'http:').replace(/\/+$/, '') };
  if (ctx.machine === undefined) {
    throw new AssayError(
      'config',
      'A socket is only read by a collector that runs on the host itself; start one there with `assay collect`.',
    );
  }
  return { fetcher: ctx.machine.socket(address.slice('unix://'.length)), origin: 'http://localhost' };
}

function denied(error: unknown, address: string): unknown {
  if (!(error instanceof AssayError) || !/EACCES|EPERM/.test(error.message)) return error;
  return noAccess(`${address} may not be opened by this user; add it to the group of the socket.`, error);
}
