import { AssayError } from '@assay/core/errors.ts';
import type { GrpcClient } from '@assay/net/grpc.ts';
import { text } from '../values.ts';
import { noAccess } from '../watch-units.ts';
import { type Fields, fieldsOf, integer, labels, message, messages, string, stringField, strings } from './protobuf.ts';

/** Numbers of fields are those of `k8s.io/cri-api/pkg/apis/runtime/v1/api.proto`. */

export interface CriContainer {
  readonly id: string;
  readonly sandbox: string;
  /** As the pod names it, as far as it is known. */
  readonly image: string;
  /** What becomes `imageID` of a pod's status. */
  readonly imageRef: string;
  /** Digest of the configuration; runtimes tell it since 1.30. */
  readonly imageId: string;
  readonly state: 'created' | 'runs' | 'exited' | 'unknown';
}

export interface CriSandbox {
  readonly id: string;
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
}

export interface CriImage {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
}

/** The container runtime interface, as far as reading goes. */
export interface Cri {
  version(): Promise<{ readonly name: string; readonly version: string }>;
  containers(): Promise<readonly CriContainer[]>;
  sandboxes(): Promise<readonly CriSandbox[]>;
  images(): Promise<readonly CriImage[]>;
  /** Milliseconds when it ended; 0: it did not, or is gone. */
  finishedAt(container: string): Promise<number>;
}

const STATES = ['created', 'runs', 'exited', 'unknown'] as const;
const MOST_BYTES = 64 * 1024 * 1024;
const NOT_FOUND = 'grpc-5';

/** @throws AssayErrors `denied`, `config`, `network`, `timeout`, `bad-answer`, `too-large` */
export function openCri(grpc: GrpcClient, address: string, signal: AbortSignal): Cri {
  const ask = async (path: string, request: Buffer = Buffer.alloc(0)): Promise<Fields> => {
    const call = { path: `/runtime.v1.${path}`, message: request, maxBytes: MOST_BYTES, timeoutMs: 30_000, signal };
    return fieldsOf(await grpc(call).catch((error: unknown) => Promise.reject(refused(error, address))));
  };
  return {
    async version() {
      const answer = await ask('RuntimeService/Version');
      return { name: text(string(answer, 2), 50), version: text(string(answer, 3), 50) };
    },
    containers: async () => messages(await ask('RuntimeService/ListContainers'), 1).map(containerOf),
    sandboxes: async () => messages(await ask('RuntimeService/ListPodSandbox'), 1).map(sandboxOf),
    images: async () => messages(await ask('ImageService/ListImages'), 1).map(imageOf),
    async finishedAt(container) {
      const answer = await ask('RuntimeService/ContainerStatus', stringField(1, container)).catch((error: unknown) => {
        if (error instanceof AssayError && error.code === NOT_FOUND) return undefined;
        throw error;
      });
      return answer === undefined ? 0 : Math.floor(integer(message(answer, 1), 6) / 1e6);
    },
  };
}

function containerOf(container: Fields): CriContainer {
  const spec = message(container, 4);
  return {
    id: text(string(container, 1), 200),
    sandbox: text(string(container, 2), 200),
    image: text(string(spec, 18)) || text(string(spec, 1)),
    imageRef: text(string(container, 5)),
    imageId: text(string(container, 10)),
    state: STATES[integer(container, 6)] ?? 'unknown',
  };
}

function sandboxOf(sandbox: Fields): CriSandbox {
  const metadata = message(sandbox, 2);
  return {
    id: text(string(sandbox, 1), 200),
    ...{ name: text(string(metadata, 1), 253), uid: text(string(metadata, 2), 200), namespace: text(string(metadata, 3), 253) },
    labels: labels(sandbox, 5),
  };
}

function imageOf(image: Fields): CriImage {
  const some = (number: number): string[] =>
    strings(image, number)
      .slice(0, 50)
      .map((one) => text(one));
  return { id: text(string(image, 1)), tags: some(2), digests: some(3) };
}

function refused(error: unknown, address: string): unknown {
  if (!(error instanceof AssayError)) return error;
  if (/EACCES|EPERM/.test(error.message)) return noAccess(`${address} may only be opened by root; run the collector as root.`, error);
  // Unimplemented.
  if (error.code !== 'grpc-12') return error;
  return new AssayError(
    'config',
    `${address} does not speak version 1 of the CRI; use the socket of containerd 1.6 or CRI-O 1.23 and later, with CRI enabled.`,
    {
      cause: error,
    },
  );
}
