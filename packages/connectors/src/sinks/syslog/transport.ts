import { createSocket } from 'node:dgram';
import { isIPv6, connect as plainConnect, type Socket } from 'node:net';
import { connect as secureConnect } from 'node:tls';

interface Receiver {
  readonly host: string;
  /** Of the host, checked. */
  readonly address: string;
  readonly port: number;
}

export async function sendDatagrams(to: Receiver, messages: readonly Buffer[], signal: AbortSignal): Promise<void> {
  const socket = createSocket({ type: isIPv6(to.address) ? 'udp6' : 'udp4' });
  // Without a listener a refused datagram would end the process.
  socket.on('error', () => {});
  try {
    for (const message of messages) {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        socket.send(message, to.port, to.address, (error) => (error === null ? resolve() : reject(error)));
      });
    }
  } finally {
    socket.close();
  }
}

/** Each message behind its length; resolves when the receiver has closed the stream without complaint. */
export function sendStream(to: Receiver & { readonly tls: boolean }, messages: readonly Buffer[], signal: AbortSignal): Promise<void> {
  const frames = Buffer.concat(messages.flatMap((message) => [Buffer.from(`${message.length} `), message]));
  return new Promise((resolve, reject) => {
    const target = { host: to.address, port: to.port };
    const socket: Socket = to.tls ? secureConnect({ ...target, servername: to.host }) : plainConnect(target);
    const stop = (): void => void socket.destroy(new Error(`${to.host} did not take the messages in time`));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    let failure: Error | undefined;
    socket.once(to.tls ? 'secureConnect' : 'connect', () => socket.end(frames));
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => {
      signal.removeEventListener('abort', stop);
      if (failure === undefined) resolve();
      else reject(failure);
    });
    socket.resume();
  });
}
