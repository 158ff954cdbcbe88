import { chunkCipher, damaged, type EncryptedHeader, firstFrame, readHeader } from './container.ts';

/**
 * The plain text of an encrypted file, chunk by chunk. Only when the iteration ends without an error was the file whole: keep nothing
 * of it before. `unwrap` finds the data key of a header.
 * @throws AssayError `not-encrypted`, `damaged`
 */
export async function* decryptFile(
  source: AsyncIterable<Uint8Array>,
  unwrap: (header: EncryptedHeader) => Promise<Uint8Array>,
): AsyncIterable<Buffer> {
  const reader = pieces(source);
  const { header, head } = await reader.head();
  const cipher = chunkCipher(head, await unwrap(header));
  for (let index = 0; ; index++) {
    const frame = await reader.frame();
    yield cipher.open(frame.bytes, { index, last: frame.last });
    if (!frame.last) continue;
    if (await reader.more()) throw damaged('goes on behind its end');
    return;
  }
}

function pieces(source: AsyncIterable<Uint8Array>) {
  const input = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  /** Doubles what is held, so that a file in tiny pieces is not copied over and over. */
  const fill = async (): Promise<boolean> => {
    const target = Math.max(64 * 1024, held.length);
    while (waitingBytes < target) {
      const next = await input.next();
      if (next.done === true) break;
      waiting.push(next.value);
      waitingBytes += next.value.length;
    }
    if (waitingBytes === 0) return false;
    held = Buffer.concat([held, ...waiting.splice(0)]);
    waitingBytes = 0;
    return true;
  };
  const until = async <T>(read: (bytes: Buffer) => T | undefined): Promise<T> => {
    for (;;) {
      const found = read(held);
      if (found !== undefined) return found;
      if (!(await fill())) throw damaged('ends too early');
    }
  };
  return {
    async head() {
      const { header, length } = await until(readHeader);
      const head = held.subarray(0, length);
      held = held.subarray(length);
      return { header, head };
    },
    async frame() {
      const frame = await until(firstFrame);
      held = held.subarray(frame.bytes.length);
      return frame;
    },
    more: async () => held.length > 0 || (await fill()),
  };
}
