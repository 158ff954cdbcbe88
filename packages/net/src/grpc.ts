import http2 from 'node:http2';
import { AssayError } from '@assay/core/errors.ts';
import { unreachableSocket } from './transport.ts';

export interface GrpcCall {
  /** `/runtime.v1.RuntimeService/Version` */
  readonly path: string;
  /** Protocol buffer of the request. */
  readonly message: Buffer;
  /** Further metadata of the call. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Of the answer; more is an error. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * One unary call: the protocol buffer of the answer. Throws AssayErrors `network`, `timeout`, `too-large`, `bad-answer`, `aborted`, and
 * `grpc-N` for a status of the server's (12: it does not know the method).
 */
export type GrpcClient = (call: GrpcCall) => Promise<Buffer>;

/** gRPC over HTTP/2 on a socket file, a connection a call: what asks every few seconds needs no more. */
export function grpcOverSocket(socketPath: string): GrpcClient {
  return async (call) => {
    const { connect } = await import('node:net');
    const session = http2.connect('http://localhost', { createConnection: () => connect(socketPath), settings: { enablePush: false } });
    try {
      return await exchange(session, call, socketPath);
    } finally {
      session.destroy();
    }
  };
}

function exchange(session: http2.ClientHttp2Session, call: GrpcCall, socketPath: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let count = 0;
    let status: string | undefined;
    let words = '';
    let timer: NodeJS.Timeout | undefined;
    const end = (outcome: Buffer | AssayError): void => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', stop);
      if (outcome instanceof AssayError) reject(outcome);
      else resolve(outcome);
    };
    const stop = (): void => end(new AssayError('aborted', `The call to ${socketPath} was stopped.`));
    if (call.signal?.aborted === true) return stop();
    call.signal?.addEventListener('abort', stop);
    timer = setTimeout(() => end(new AssayError('timeout', `${socketPath} took too long to answer; try again later.`)), call.timeoutMs);
    const broken = (error: Error): void => end(unreachableSocket(causeOf(error), socketPath));
    session.on('error', broken);
    const stream = session.request({
      ':method': 'POST',
      ':path': call.path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...call.metadata,
    });
    stream.on('error', broken);
    const statusIn = (headers: http2.IncomingHttpHeaders): void => {
      const value = headers['grpc-status'];
      if (typeof value === 'string') status = value;
      if (typeof headers['grpc-message'] === 'string') words = plain(headers['grpc-message']);
    };
    stream.on('response', statusIn);
    stream.on('trailers', statusIn);
    stream.on('data', (piece: Buffer) => {
      count += piece.length;
      if (count > call.maxBytes) end(new AssayError('too-large', `${socketPath} sends more than ${call.maxBytes} bytes.`));
      else pieces.push(piece);
    });
    stream.on('close', () => end(outcomeOf(Buffer.concat(pieces), { status, words }, socketPath)));
    stream.end(framed(call.message));
  });
}

/** Length-prefixed message of gRPC over HTTP/2: not compressed, length in four bytes. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

interface End {
  readonly status: string | undefined;
  /** The server's own. */
  readonly words: string;
}

/** Percent-encoded UTF-8. */
function plain(message: string): string {
  const bytes = message.slice(0, 1000).replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1')
    .toString('utf8')
    .replace(/[\0-\x1f\x7f]+/g, ' ')
    .slice(0, 300);
}

function outcomeOf(body: Buffer, { status, words }: End, socketPath: string): Buffer | AssayError {
  if (status === undefined) return new AssayError('network', `${socketPath} broke the connection before the end; try again.`);
  if (status !== '0') {
    const code = `grpc-${/^\d{1,3}$/.test(status) ? status : '2'}`;
    return new AssayError(code, `${socketPath} refused the call${words === '' ? '' : ` (${words})`}; see what its own log says.`);
  }
  const whole = body.length >= 5 && body[0] === 0 && body.readUInt32BE(1) === body.length - 5;
  return whole ? body.subarray(5) : new AssayError('bad-answer', `${socketPath} answered with what is no message of gRPC.`);
}

/** A stream that is cancelled because its connection was never made says only so. */
function causeOf(error: Error): Error {
  return error.cause instanceof Error ? error.cause : error;
}
