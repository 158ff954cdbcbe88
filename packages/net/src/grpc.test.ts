import { mkdtempSync, rmSync } from 'node:fs';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GrpcCall, grpcOverSocket } from './grpc.ts';

let folder: string;
let path: string;
let server: http2.Http2Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpc-'));
  path = join(folder, 's');
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

async function serve(answer: (stream: http2.ServerHttp2Stream, request: Buffer) => void): Promise<void> {
  server = http2.createServer();
  server.on('stream', async (stream) => {
    stream.on('error', () => {});
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece);
    answer(stream, Buffer.concat(pieces));
  });
  await new Promise<void>((resolve) => server!.listen(path, resolve));
}

function reply(stream: http2.ServerHttp2Stream, body: Buffer | undefined, status: string | undefined, words = 'no'): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () =>
    status === undefined ? stream.close(2) : stream.sendTrailers({ 'grpc-status': status, 'grpc-message': words }),
  );
  stream.end(body);
}

const call = (more: Partial<GrpcCall> = {}): Promise<Buffer> =>
  grpcOverSocket(path)({ path: '/x.Y/Z', message: Buffer.from('asked'), maxBytes: 1000, timeoutMs: 5000, ...more });
const frame = (text: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, 0, text.length]), Buffer.from(text)]);

it('says why a socket that is not there cannot be reached', async () => {
  await expect(call()).rejects.toThrow(`${path} cannot be reached (ENOENT); check that it is there and may be opened.`);
});

it('sends one message and reads one', async () => {
  let asked: Buffer | undefined;
  await serve((stream, request) => {
    asked = request;
    reply(stream, frame('answered'), '0');
  });
  expect(String(await call())).toBe('answered');
  expect(asked).toEqual(frame('asked'));
});

it('says what is wrong', async () => {
  await expect(call()).rejects.toMatchObject({ code: 'network' });
  await expect(call({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  await serve((stream, request) => {
    const what = String(request.subarray(5));
    if (what === 'large') return reply(stream, Buffer.alloc(2000), '0');
    if (what === 'broken') return reply(stream, frame('x'), undefined);
    if (what === 'short') return reply(stream, frame('xyz').subarray(0, 6), '0');
    if (what === 'unknown') return reply(stream, undefined, '12', 'caf%C3%A9 %0a closed');
  });
  const asked = (text: string, more: Partial<GrpcCall> = {}): Promise<Buffer> => call({ message: Buffer.from(text), ...more });
  await expect(asked('large')).rejects.toMatchObject({ code: 'too-large' });
  await expect(asked('broken')).rejects.toMatchObject({ code: 'network' });
  await expect(asked('short')).rejects.toMatchObject({ code: 'bad-answer' });
  await expect(asked('unknown')).rejects.toMatchObject({ code: 'grpc-12', message: expect.stringContaining('(café   closed)') });
  await expect(asked('silent', { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
});
