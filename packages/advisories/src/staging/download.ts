import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { FetchConditional, UrlInput } from '../feed.ts';
import { writeWhole } from './files.ts';
import { exists, type FeedStage, type TakenInput } from './state.ts';

export interface DownloadPorts {
  readonly fetchConditional: FetchConditional;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A download that delivers nothing for this long is given up and tried again. */
  readonly idleMilliseconds: number;
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 1000;

/** Downloads one input unless the server says that the copy we hold is current. Retries what may pass by itself. */
export async function download(
  task: { readonly input: UrlInput; readonly url: string; readonly stage: FeedStage; readonly held: TakenInput | undefined },
  ports: DownloadPorts,
  ctx: Context,
): Promise<TakenInput> {
  const held =
    task.held !== undefined && task.held.from === task.url && (await exists(task.stage.rawFile(task.held.sha256))) ? task.held : undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await once({ ...task, held }, ports, ctx);
    } catch (error) {
      ctx.signal?.throwIfAborted();
      if (attempt >= ATTEMPTS || (error as { retryable?: unknown }).retryable === false || isRefusal(error))
        throw new AssayError('FEED_DOWNLOAD_FAILED', `${task.url} could not be downloaded: ${(error as Error).message}`, { cause: error });
      ctx.log.debug('download failed, trying again', { url: task.url, attempt, error: String(error) });
      await ports.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

/** Codes of the guarded fetch that may pass by themselves; it has already waited for a server that asked for it. */
const PASSING: ReadonlySet<string> = new Set(['network', 'timeout']);

function isRefusal(error: unknown): boolean {
  return error instanceof AssayError && !PASSING.has(error.code);
}

async function once(
  task: { readonly input: UrlInput; readonly url: string; readonly stage: FeedStage; readonly held: TakenInput | undefined },
  ports: DownloadPorts,
  ctx: Context,
): Promise<TakenInput> {
  const { input, url, stage, held } = task;
  const watch = new IdleWatch(ports.idleMilliseconds, ctx.signal);
  try {
    const request = {
      url,
      maxBytes: input.maxBytes,
      signal: watch.signal,
      ...(held?.etag === undefined ? {} : { etag: held.etag }),
      ...(held?.lastModified === undefined ? {} : { lastModified: held.lastModified }),
    };
    const reply = await watch.race(ports.fetchConditional(request, ctx));
    if (reply.status === 'unchanged') {
      if (held === undefined)
        throw new AssayError('FEED_UNEXPECTED_ANSWER', 'the server says that nothing changed, but there is no copy yet');
      return held;
    }
    const { sha256, bytes } = await writeWhole(stage.folder, watch.body(reply.body, input.maxBytes), (digest) => `${digest}.raw`);
    return {
      name: input.name,
      from: url,
      sha256,
      bytes,
      takenAt: new Date(ctx.now()).toISOString(),
      licence: input.licence,
      redistributable: input.redistributable,
      ...(reply.etag === undefined ? {} : { etag: reply.etag }),
      ...(reply.lastModified === undefined ? {} : { lastModified: reply.lastModified }),
    };
  } finally {
    watch.stop();
  }
}

/** Ends a transfer that stands still. */
class IdleWatch {
  readonly #abort = new AbortController();
  readonly #milliseconds: number;
  readonly signal: AbortSignal;

  constructor(milliseconds: number, outer: AbortSignal | undefined) {
    this.#milliseconds = milliseconds;
    this.signal = outer === undefined ? this.#abort.signal : AbortSignal.any([this.#abort.signal, outer]);
  }

  async race<T>(promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const idle = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`nothing arrived for ${this.#milliseconds} ms`));
        this.#abort.abort();
      }, this.#milliseconds);
    });
    promise.catch(() => {});
    try {
      return await Promise.race([promise, idle]);
    } finally {
      clearTimeout(timer);
    }
  }

  async *body(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
    const iterator = chunks[Symbol.asyncIterator]();
    let bytes = 0;
    let ended = false;
    try {
      while (!ended) {
        const next = await this.race(iterator.next());
        ended = next.done === true;
        if (next.done === true) return;
        bytes += next.value.length;
        if (bytes > maxBytes) throw new AssayError('FEED_TOO_LARGE', `it is larger than the ${maxBytes} bytes that this feed may have`);
        yield next.value;
      }
    } finally {
      // Not awaited: a transfer that stands still would never answer.
      if (!ended) iterator.return?.().catch(() => {});
    }
  }

  stop(): void {
    this.#abort.abort();
  }
}
