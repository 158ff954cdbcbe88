import { AssayError } from '@assay/core/errors.ts';
import type { GrpcClient } from '@assay/net/grpc.ts';
import { madeBy } from '../made-by.ts';
import type { RunningUnit, UnitImage } from '../tally.ts';
import { text } from '../values.ts';
import { boundedUnits, type UnitSource } from '../watch-units.ts';
import { type Fields, fieldsOf, integer, labels, message, messages, string } from './protobuf.ts';

/** What the CRI has, and what Docker has, whose own kind tells more of it. */
const OF_CRI = 'k8s.io';
const OF_DOCKER = 'moby';
const NAMESPACE = /^[A-Za-z0-9][\w.-]{0,75}$/;
const MOST_NAMESPACES = 100;
const MOST_CONTAINERS = 20_000;
const MOST_BYTES = 64 * 1024 * 1024;
const UNIMPLEMENTED = 'grpc-12';
const STOPPED = 3;
/** Running, paused, pausing. */
const RUNS: ReadonlySet<number> = new Set([2, 4, 5]);

export interface OutsideOptions {
  readonly signal: AbortSignal;
  readonly platform: string;
  /** Only these; none: all but Docker's. */
  readonly namespaces: readonly string[];
}

/**
 * Containers of containerd that were not made through the CRI (nerdctl, ctr), by its own services; numbers of fields are those of
 * `containerd/api`. A runtime without these services, as CRI-O, has none.
 */
export interface OutsideCri {
  /** Of containerd; undefined: it is another runtime. */
  version(): Promise<string | undefined>;
  list: UnitSource['list'];
}

type Ask = (path: string, namespace?: string) => Promise<Fields>;

export function openOutsideCri(grpc: GrpcClient, { signal, platform, namespaces }: OutsideOptions): OutsideCri {
  const ask: Ask = async (path, namespace) => {
    const metadata = namespace === undefined ? {} : { 'containerd-namespace': namespace };
    const call = {
      path: `/containerd.services.${path}`,
      message: Buffer.alloc(0),
      metadata,
      maxBytes: MOST_BYTES,
      timeoutMs: 30_000,
      signal,
    };
    return fieldsOf(await grpc(call));
  };
  const known = new Map<string, string>();
  return {
    async version() {
      const answer = await orNothing(ask('version.v1.Version/Version'));
      return answer === undefined ? undefined : text(string(answer, 1), 50);
    },
    async list() {
      const answer = await orNothing(ask('namespaces.v1.Namespaces/List'));
      if (answer === undefined) return { units: [], problems: [] };
      const there = messages(answer, 1)
        .map((one) => string(one, 1))
        .filter((name) => NAMESPACE.test(name) && name !== OF_CRI)
        .slice(0, MOST_NAMESPACES);
      const wanted = there.filter((name) => (namespaces.length === 0 ? name !== OF_DOCKER : namespaces.includes(name)));
      const found: RunningUnit[] = [];
      for (const namespace of wanted) found.push(...(await unitsIn(namespace, { ask, platform, known })));
      const ids = new Set(found.map(({ id }) => id));
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
      const { kept, problems } = boundedUnits(found, MOST_CONTAINERS, 'containers outside the CRI');
      const docker = namespaces.length === 0 && there.includes(OF_DOCKER) && messages(await ask(CONTAINERS, OF_DOCKER), 1).length > 0;
      return { units: kept, problems: docker ? [...problems, DOCKER_IS_THERE] : problems };
    },
  };
}

const CONTAINERS = 'containers.v1.Containers/List';
const DOCKER_IS_THERE = `Docker has containers here, which are not told: use the kind docker, or name the namespaces to tell (${OF_DOCKER} is Docker's).`;

async function orNothing(answer: Promise<Fields>): Promise<Fields | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof AssayError && error.code === UNIMPLEMENTED) return undefined;
    throw error;
  });
}

interface Reading {
  readonly ask: Ask;
  readonly platform: string;
  /** Unit → the digest that it was made of. */
  readonly known: Map<string, string>;
}

async function unitsIn(namespace: string, { ask, platform, known }: Reading): Promise<RunningUnit[]> {
  const [containers, tasks, images] = await Promise.all([
    ask(CONTAINERS, namespace),
    ask('tasks.v1.Tasks/List', namespace),
    ask('images.v1.Images/List', namespace),
  ]);
  const taskOf = new Map(messages(tasks, 1).map((task) => [string(task, 1) || string(task, 2), task]));
  const imageOf = new Map(messages(images, 1).map((image) => [string(image, 1), image]));
  return messages(containers, 1).flatMap((container): RunningUnit[] => {
    const [own, name] = [text(string(container, 1), 200), text(string(container, 3))];
    const task = taskOf.get(own);
    const id = `${namespace}/${own}`;
    if (task === undefined || name === '') return [];
    const digest = known.get(id) ?? digestOf(container, imageOf.get(string(container, 3)));
    if (digest !== '') known.set(id, digest);
    const image = imageWith({ name, digest }, task);
    if (image === undefined) return [];
    const about = labels(container, 2);
    const { workload } = madeBy({ name: nameOf(own, about, name), labels: Object.fromEntries(about), image: name, autoRemove: false });
    return [{ id, namespace, workload, definition: '', platform, images: [image] }];
  });
}

/** A name may have got another image since the container was made; then only the name is known. */
function digestOf(container: Fields, image: Fields | undefined): string {
  if (image === undefined || timeOf(image, 8) > timeOf(container, 8)) return '';
  return text(string(message(image, 3), 2), 200);
}

function imageWith({ name, digest }: { readonly name: string; readonly digest: string }, task: Fields): UnitImage | undefined {
  const status = integer(task, 4);
  const named = { image: name, imageId: digest === '' ? '' : `${repositoryOf(name)}@${digest}` };
  if (RUNS.has(status)) return named;
  const endedAt = timeOf(task, 10);
  return status === STOPPED && endedAt > 0 ? { ...named, endedAt } : undefined;
}

/** nerdctl draws names for containers that got none: `nginx-1a2b3`. */
function nameOf(id: string, about: ReadonlyMap<string, string>, image: string): string {
  const name = text(about.get('nerdctl/name'), 253) || id;
  const short = repositoryOf(image).replace(/^.*\//, '');
  return name.startsWith(`${short}-`) && /^[0-9a-f]{5}$/.test(name.slice(short.length + 1)) ? short : name;
}

function repositoryOf(name: string): string {
  return name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

/** Milliseconds of a `google.protobuf.Timestamp`; 0: none. */
function timeOf(fields: Fields, number: number): number {
  const time = message(fields, number);
  return integer(time, 1) * 1000 + Math.floor(integer(time, 2) / 1e6);
}
