import { mkdtempSync, rmSync } from 'node:fs';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Value = number | bigint | string | Buffer | Readonly<Record<string, string>> | readonly Buffer[];

/** A message of protocol buffers from its fields by number; a record is a map of texts. */
export function encoded(fields: Readonly<Record<number, Value>>): Buffer {
  return Buffer.concat(Object.entries(fields).map(([number, value]) => field(Number(number), value)));
}

function field(number: number, value: Value): Buffer {
  if (typeof value === 'number' || typeof value === 'bigint') return Buffer.concat([varint(number << 3), varint(value)]);
  if (typeof value === 'string') return field(number, Buffer.from(value));
  if (Buffer.isBuffer(value)) return Buffer.concat([varint((number << 3) | 2), varint(value.length), value]);
  const entries = Array.isArray(value)
    ? (value as readonly Buffer[])
    : Object.entries(value).map(([key, text]) => encoded({ 1: key, 2: text }));
  return Buffer.concat(entries.map((entry) => field(number, entry)));
}

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A scripted container runtime on a socket file. */
export interface FakeCri {
  readonly socketPath: string;
  /** Method, or service and method (`Tasks/List`) → its answer; what is missing is not implemented. */
  readonly answers: Map<string, Buffer | ((request: Buffer, namespace: string) => Buffer)>;
  readonly requests: string[];
  reply: { readonly status: number; readonly body: Buffer } | undefined;
  close(): Promise<void>;
}

export async function fakeCri(): Promise<FakeCri> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-cri-'));
  const sessions = new Set<http2.ServerHttp2Session>();
  const server = http2.createServer();
  const cri: FakeCri = {
    ...{ socketPath: join(folder, 's'), answers: new Map(), requests: [], reply: undefined },
    close: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
  });
  server.on('stream', async (stream, headers) => {
    stream.on('error', () => {});
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece);
    const [, both = '', method = ''] = /([^./]*\/([^/]*))$/.exec(String(headers[':path'])) ?? [];
    cri.requests.push(method);
    const answer = cri.answers.get(both) ?? cri.answers.get(method);
    const request = Buffer.concat(pieces).subarray(5);
    const namespace = String(headers['containerd-namespace'] ?? '');
    const body = cri.reply?.body ?? (typeof answer === 'function' ? answer(request, namespace) : answer);
    const status = cri.reply !== undefined ? (cri.reply.status === 200 ? '0' : '13') : body === undefined ? '12' : '0';
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body?.length ?? 0, 1);
    stream.end(status === '0' ? Buffer.concat([head, body!]) : undefined);
  });
  await new Promise<void>((resolve) => server.listen(cri.socketPath, resolve));
  return cri;
}
