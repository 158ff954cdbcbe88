import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

interface StaticFile {
  readonly type: string;
  readonly raw: Buffer;
  readonly etag: string;
  /** Its name holds its hash, so it never changes. */
  readonly hashed: boolean;
  readonly packed: Map<Encoding, Promise<Buffer>>;
}
type Encoding = 'br' | 'gzip';

export interface StaticFiles {
  /** True when it answered. Page paths without a file get the index: the console routes them itself. */
  serve(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<boolean>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};
const WORTH_PACKING = /^(text\/|application\/|image\/svg)/;
const SMALL = 1024;

/**
 * Holds the built console in memory: only files that were in the folder at start can ever be sent, whatever path is asked.
 * @param folder `packages/console/dist`; may be missing, then nothing is served.
 */
export function loadStaticFiles(folder: string): StaticFiles {
  const files = readFolder(folder);
  return {
    async serve(request, response, pathname) {
      const file = files.get(pathname) ?? (isPage(pathname) ? files.get('/index.html') : undefined);
      if (!file) return false;
      await send(request, response, file);
      return true;
    },
  };
}

function readFolder(folder: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return files;
    throw error;
  }
  for (const name of names) {
    const raw = readFileSync(path.join(folder, name));
    const url = `/${name.split(path.sep).join('/')}`;
    const etag = `"${createHash('sha256').update(raw).digest('base64url').slice(0, 22)}"`;
    const type = TYPES[path.extname(name)] ?? 'application/octet-stream';
    files.set(url, { type, raw, etag, hashed: /^\/assets\/.*-[\w-]{8,}\.\w+$/.test(url), packed: new Map() });
  }
  return files;
}

/** `/findings/CVE-1` is a page, `/assets/x.js` is a file that is missing. */
function isPage(pathname: string): boolean {
  return !pathname.startsWith('/assets/') && !/\.[a-z0-9]{1,11}$/i.test(pathname);
}

async function send(request: IncomingMessage, response: ServerResponse, file: StaticFile): Promise<void> {
  const headers: Record<string, string | number> = {
    'cache-control': file.hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: file.etag,
    vary: 'accept-encoding',
  };
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const encoding = choose(request.headers['accept-encoding'], file);
  const body = encoding ? await pack(file, encoding) : file.raw;
  if (encoding) headers['content-encoding'] = encoding;
  response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function choose(accepted: string | string[] | undefined, file: StaticFile): Encoding | undefined {
  if (file.raw.length < SMALL || !WORTH_PACKING.test(file.type)) return undefined;
  const offers = String(accepted ?? '')
    .split(',')
    .map((offer) => offer.trim())
    .filter((offer) => !/;\s*q=0(\.0*)?$/.test(offer))
    .map((offer) => offer.split(';')[0]!.trim());
  return (['br', 'gzip'] as const).find((encoding) => offers.includes(encoding));
}

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

/** Packed once, at the first request that wants it. */
function pack(file: StaticFile, encoding: Encoding): Promise<Buffer> {
  const known = file.packed.get(encoding);
  if (known) return known;
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 5, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: file.raw.length };
  const packed = encoding === 'br' ? brotli(file.raw, { params }) : gzip(file.raw, { level: 6 });
  file.packed.set(encoding, packed);
  return packed;
}
