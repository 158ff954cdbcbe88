import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AssayError } from '@assay/core/errors.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { type IsolationLevel, isolationLevels, nodeFlags } from '@assay/scan/sandbox/isolation.ts';

const HEAP_MEGABYTES = 1024;
const MOST_BYTES = 512 << 20;
const MOST_MS = 120_000;

export interface DocumentLimits {
  readonly heapMegabytes?: number;
  readonly milliseconds?: number;
  readonly signal?: AbortSignal;
}

let known = 0;

/**
 * Reads a document of a stranger in a process of its own: no environment, no files, no network where the kernel allows, bounded heap
 * and time. @throws AssayError `document-…` when it takes more than that, or what reading it throws.
 */
export async function readDocumentApart(bytes: Buffer, name: string, limits: DocumentLimits = {}): Promise<Inventory> {
  const levels = isolationLevels({ platform: process.platform, uid: process.getuid?.() });
  for (let index = known; index < levels.length; index++) {
    const answer = await ask(levels[index] as IsolationLevel, { bytes, name, limits });
    if (answer === undefined) continue;
    known = index;
    return inventoryOf(answer);
  }
  throw new AssayError('sandbox-failed', 'No process that reads documents can be started; "assay doctor" says why.');
}

interface Asked {
  readonly bytes: Buffer;
  readonly name: string;
  readonly limits: DocumentLimits;
}

/** What the process said, without the sign that it began; undefined when it could not begin at this level. */
function ask(level: IsolationLevel, { bytes, name, limits }: Asked): Promise<Buffer | undefined> {
  const here = import.meta.url;
  const entry = fileURLToPath(new URL(here.endsWith('.ts') ? './document-child.ts' : './document-child.js', here));
  const [program = '', ...args] = [...level.prefix, process.execPath, ...nodeFlags(entry, limits.heapMegabytes ?? HEAP_MEGABYTES)];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...{ stdio: ['pipe', 'pipe', 'ignore'] as const, env: {}, cwd: '/', killSignal: 'SIGKILL' as const },
      timeout: limits.milliseconds ?? MOST_MS,
      ...(limits.signal === undefined ? {} : { signal: limits.signal }),
      ...(level.uid === undefined ? {} : { uid: level.uid, gid: level.gid }),
    });
    const said: Buffer[] = [];
    let length = 0;
    child.stdout.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length <= MOST_BYTES) said.push(piece);
      else child.kill('SIGKILL');
    });
    child.on('error', (error) => (limits.signal?.aborted ? reject(error) : resolve(undefined)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(said).subarray(1));
      if (length === 0 && signal === null) return resolve(undefined);
      const long = child.killed && length <= MOST_BYTES;
      reject(long ? tooMuch('document-too-slow', 'time') : tooMuch('document-too-large', 'memory'));
    });
    child.stdin.on('error', () => {});
    const facts = Buffer.from(JSON.stringify({ name }));
    const head = Buffer.alloc(4);
    head.writeUInt32LE(facts.length);
    child.stdin.write(Buffer.concat([head, facts]));
    child.stdin.end(bytes);
  });
}

function tooMuch(code: string, what: string): AssayError {
  return new AssayError(code, `Reading the document takes more ${what} than one may take; submit a smaller one.`);
}

function inventoryOf(answer: Buffer): Inventory {
  const { inventory, error } = JSON.parse(answer.toString('utf8')) as { inventory?: Inventory; error?: { code: string; message: string } };
  if (error !== undefined) throw new AssayError(error.code, error.message);
  if (inventory === undefined) throw new Error('the reader of documents said nothing');
  return inventory;
}
