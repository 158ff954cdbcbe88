import { fileURLToPath } from 'node:url';
import { AssayError } from '@assay/core/errors.ts';
import { type IsolationLevel, isolationLevels } from './isolation.ts';
import { type JobSink, Reader, ReaderDied, type ReaderResult } from './reader.ts';

export interface SandboxOptions {
  /** Program of the reader process; by default the one beside this file, built or not. */
  readonly entry?: string;
  readonly execPath?: string;
  readonly processes: number;
  readonly descriptors?: readonly number[];
  readonly heapMegabytes?: number;
  readonly maxResidentBytes?: number;
  /** Milliseconds that one layer or folder may take. */
  readonly jobTimeout?: number;
}

export interface Job {
  /** A fresh sink per attempt: what a dead reader said is dropped. */
  readonly sink: () => JobSink;
  /** Sends the command and the bytes. Called again for a second attempt. */
  readonly feed: (reader: Reader) => Promise<void>;
}

/** Milliseconds for a process to say that it is ready; generous, because a busy machine must not lose its isolation. */
const START_TIMEOUT = 30_000;

/** Level that worked, by entry: found once in the life of this process. */
const knownLevels = new Map<string, number>();

function defaultSandboxEntry(): string {
  const here = import.meta.url;
  return fileURLToPath(new URL(here.endsWith('.ts') ? './sandbox-child.ts' : './sandbox-child.js', here));
}

/** A few reader processes kept for one scan. Start `run`s as you like; they queue. Call `close` at the end. */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #entry: string;
  readonly #all = new Set<Reader>();
  readonly #idle: Reader[] = [];
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #level: IsolationLevel | null = null;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#entry = options.entry ?? defaultSandboxEntry();
  }

  /** What held, in words; null before the first process runs. */
  get isolation(): string | null {
    return this.#level?.name ?? null;
  }

  /** The number under which the reader processes find one of our descriptors. */
  descriptor(fd: number): number {
    const position = this.#options.descriptors?.indexOf(fd) ?? -1;
    if (position < 0) throw new Error(`descriptor ${fd} was not handed to the sandbox`);
    return 3 + position;
  }

  /** Starts a process ahead of the first job. */
  async warm(): Promise<void> {
    this.#release(await this.#acquire());
  }

  /** Runs a job on a free process. A process that dies is replaced once; then the {@link ReaderDied} is thrown. */
  async run(job: Job): Promise<ReaderResult> {
    for (let attempt = 1; ; attempt++) {
      const reader = await this.#acquire();
      try {
        return await reader.run(job.sink(), this.#options.jobTimeout ?? 600_000, job.feed);
      } catch (error) {
        if (attempt > 1 || !(error instanceof ReaderDied) || error.reason === 'time' || error.reason === 'stopped') throw error;
      } finally {
        this.#release(reader);
      }
    }
  }

  /** Ends all processes; what they were doing is rejected as stopped. */
  close(): void {
    this.#idle.length = 0;
    for (const reader of this.#all) reader.stop();
    this.#all.clear();
  }

  async #acquire(): Promise<Reader> {
    while (this.#busy >= this.#options.processes) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy++;
    try {
      return this.#idle.pop() ?? (await this.#start());
    } catch (error) {
      this.#busy--;
      this.#waiting.shift()?.();
      throw error;
    }
  }

  #release(reader: Reader): void {
    this.#busy--;
    if (reader.alive) this.#idle.push(reader);
    else this.#all.delete(reader);
    this.#waiting.shift()?.();
  }

  async #start(): Promise<Reader> {
    const levels = isolationLevels({ platform: process.platform, uid: process.getuid?.() });
    const key = `${this.#options.execPath ?? process.execPath}\n${this.#entry}`;
    let words = '';
    for (let index = knownLevels.get(key) ?? 0; index < levels.length; index++) {
      const level = levels[index] as IsolationLevel;
      const reader = new Reader({
        execPath: this.#options.execPath ?? process.execPath,
        entry: this.#entry,
        level,
        descriptors: this.#options.descriptors ?? [],
        heapMegabytes: this.#options.heapMegabytes ?? 768,
        maxResidentBytes: this.#options.maxResidentBytes ?? 1536 << 20,
      });
      try {
        this.#all.add(reader);
        await reader.ready(START_TIMEOUT);
        knownLevels.set(key, index);
        this.#level = level;
        return reader;
      } catch {
        this.#all.delete(reader);
        words = reader.stderr || words;
      }
    }
    const line = words.split('\n').find((text) => /Error/.test(text)) ?? 'no words from it';
    throw new AssayError('sandbox-failed', `The reader process ${this.#entry} does not start: ${line.trim().slice(0, 300)}.`);
  }
}
