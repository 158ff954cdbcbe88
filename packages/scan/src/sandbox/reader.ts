import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { FRAME, FrameParser, frameHeader } from './frames.ts';
import { type IsolationLevel, nodeFlags } from './isolation.ts';
import type { ReaderCommand, ReaderMessage } from './protocol.ts';

export type ReaderResult = Extract<ReaderMessage, { t: 'done' }>;
export type Fact = Extract<ReaderMessage, { t: 'facts' }>;
export type ReaderGap = Extract<ReaderMessage, { t: 'gap' }>;
export type ReaderNeed = Extract<ReaderMessage, { t: 'need' }>;

/** What one job yields besides its result. */
export interface JobSink {
  facts(fact: Fact): void;
  gap(gap: ReaderGap): void;
  entries(piece: Buffer): void;
  /** Only where files are sent in parts. */
  need?(need: ReaderNeed): void;
}

/** Why a reader ended without an answer. */
export class ReaderDied extends Error {
  readonly reason: 'died' | 'time' | 'memory' | 'protocol' | 'stopped';
  constructor(reason: ReaderDied['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface ReaderOptions {
  readonly execPath: string;
  readonly entry: string;
  readonly level: IsolationLevel;
  /** Descriptors that the child finds from 3 on. */
  readonly descriptors: readonly number[];
  readonly heapMegabytes: number;
  readonly maxResidentBytes: number;
}

/** One reader process, used for one job at a time. */
export class Reader {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #maxResident: number;
  #job: { sink: JobSink; resolve: (result: ReaderResult) => void; reject: (error: Error) => void } | null = null;
  #ready: { resolve: () => void; reject: (error: Error) => void } | null = null;
  #dead: ReaderDied | null = null;
  #stderr = '';

  constructor(options: ReaderOptions) {
    const { level } = options;
    const command = [...level.prefix, options.execPath, ...nodeFlags(options.entry, options.heapMegabytes)];
    this.#maxResident = options.maxResidentBytes;
    this.#child = spawn(command[0] as string, command.slice(1), {
      stdio: ['pipe', 'pipe', 'pipe', ...options.descriptors],
      env: {},
      cwd: '/',
      ...(level.uid !== undefined && { uid: level.uid, gid: level.gid }),
    });
    this.#input = this.#child.stdin as Writable;
    this.#input.on('error', () => {});
    const parser = new FrameParser((type, payload) => this.#frame(type, payload));
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      try {
        parser.push(chunk);
      } catch (error) {
        this.#fail('protocol', `The reader process sent what cannot be understood: ${(error as Error).message}.`);
      }
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('latin1')).slice(-2000);
    });
    this.#child.on('error', (error) => this.#fail('died', `The reader process could not be started: ${error.message}.`));
    this.#child.on('close', (code, signal) => this.#fail('died', `The reader process ended (${signal ?? `code ${code}`}).`));
  }

  get alive(): boolean {
    return this.#dead === null;
  }

  /** Last words of the process, for a person who looks for the cause. */
  get stderr(): string {
    return this.#stderr;
  }

  ready(timeout: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#dead !== null) return reject(this.#dead);
      const timer = setTimeout(() => this.#fail('time', 'The reader process did not start in time.'), timeout);
      this.#ready = {
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
    });
  }

  /** Sends a command and, for streams, its bytes; resolves with the reader's `done`. Rejects with {@link ReaderDied}. */
  run(sink: JobSink, timeout: number, feed: (reader: Reader) => Promise<void>): Promise<ReaderResult> {
    return new Promise<ReaderResult>((resolve, reject) => {
      if (this.#dead !== null) return reject(this.#dead);
      const timer = setTimeout(() => this.#fail('time', `Reading took longer than ${Math.round(timeout / 1000)} s.`), timeout);
      const watch = setInterval(() => this.#watchMemory(), 250);
      const finish = (): void => {
        clearTimeout(timer);
        clearInterval(watch);
        this.#job = null;
      };
      this.#job = {
        sink,
        resolve: (result) => {
          finish();
          resolve(result);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
      };
      feed(this).catch((error: unknown) => {
        // The stream of the source broke; the process is in the middle of a frame sequence and of no further use.
        this.#job?.reject(error as Error);
        this.stop();
      });
    });
  }

  command(command: ReaderCommand): Promise<void> {
    return this.frame(FRAME.json, Buffer.from(JSON.stringify(command)));
  }

  /** Resolves when the pipe takes more; rejects when the process is gone. */
  async frame(type: number, payload: Buffer): Promise<void> {
    if (this.#dead !== null) throw this.#dead;
    this.#input.write(frameHeader(type, payload.length));
    if (payload.length === 0 || this.#input.write(payload)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#input.off('drain', done);
        this.#input.off('close', done);
        resolve();
      };
      this.#input.on('drain', done);
      this.#input.on('close', done);
    });
  }

  stop(): void {
    this.#fail('stopped', 'The reader process was stopped.');
  }

  #fail(reason: ReaderDied['reason'], message: string): void {
    if (this.#dead !== null) return;
    this.#dead = new ReaderDied(reason, message);
    this.#child.kill('SIGKILL');
    this.#input.destroy();
    this.#ready?.reject(this.#dead);
    this.#job?.reject(this.#dead);
  }

  #frame(type: number, payload: Buffer): void {
    if (this.#dead !== null) return;
    if (type === FRAME.data) {
      this.#job?.sink.entries(Buffer.from(payload));
      return;
    }
    const message = JSON.parse(payload.toString('utf8')) as ReaderMessage;
    if (message.t === 'ready') this.#ready?.resolve();
    else if (message.t === 'facts') this.#job?.sink.facts(message);
    else if (message.t === 'gap') this.#job?.sink.gap(message);
    else if (message.t === 'need') this.#job?.sink.need?.(message);
    else if (message.t === 'done') this.#job?.resolve(message);
  }

  /** Buffers live outside the bounded heap, so the process is watched from outside as well. */
  #watchMemory(): void {
    try {
      const pages = Number(readFileSync(`/proc/${this.#child.pid}/statm`, 'latin1').split(' ')[1]);
      if (pages * 4096 > this.#maxResident) this.#fail('memory', `Reading needed more than ${this.#maxResident >> 20} MB of memory.`);
    } catch {
      // No procfs here: the heap limit alone holds.
    }
  }
}
