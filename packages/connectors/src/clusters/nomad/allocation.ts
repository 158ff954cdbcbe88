import type { RunningUnit, UnitImage } from '../tally.ts';
import { fields, instant, items, text } from '../values.ts';

/** Version of a job: its images are those of the version that an allocation was made of. */
export interface JobVersion {
  readonly namespace: string;
  readonly job: string;
  readonly version: number;
}

/** Task name → image, of all groups. */
export type JobImages = ReadonlyMap<string, string>;

export interface Allocation extends JobVersion {
  readonly id: string;
  readonly tasks: readonly { readonly name: string; readonly endedAt: number | undefined }[];
}

/** An entry of `/v1/allocations`; undefined for what is none, or has started nothing yet. */
export function readAllocation(answer: unknown): Allocation | undefined {
  const allocation = fields(answer);
  const [id, job] = [text(allocation['ID'], 100), text(allocation['JobID'], 253)];
  // A client that was lost cannot say that its tasks ended.
  const over = ['complete', 'failed', 'lost'].includes(text(allocation['ClientStatus']));
  const overAt = Math.floor(Number(allocation['ModifyTime']) / 1e6) || 0;
  const tasks = Object.entries(fields(allocation['TaskStates'])).flatMap(([name, state]) => {
    const { State, StartedAt, FinishedAt } = fields(state);
    const startedAt = instant(StartedAt);
    if (startedAt === undefined) return [];
    const endedAt = instant(FinishedAt) ?? Math.max(startedAt, over ? overAt : 0);
    return [{ name, endedAt: State === 'running' && !over ? undefined : endedAt }];
  });
  if (id === '' || job === '' || tasks.length === 0) return undefined;
  return { id, job, namespace: text(allocation['Namespace'], 128) || 'default', version: Number(allocation['JobVersion']) || 0, tasks };
}

/** Images of `/v1/job/ID` as far as its drivers name any; `exec` and `raw_exec` have none. */
export function readJob(answer: unknown): JobImages {
  const groups = items(fields(answer)['TaskGroups']).slice(0, 1000).map(fields);
  const tasks = groups.flatMap((group) => items(group['Tasks']).slice(0, 100).map(fields));
  const images = tasks.map((task) => [text(task['Name']), text(fields(task['Config'])['image']).replace(/^docker:\/\//, '')] as const);
  // What is filled in on the client only is no name of an image.
  return new Map(images.filter(([, image]) => image !== '' && !image.includes('${')));
}

/** A periodic or dispatched job has a name of its own for each run: the job itself is the workload. */
export function unitOf({ id, namespace, job, tasks }: Allocation, images: JobImages): RunningUnit {
  const used = tasks.flatMap(({ name, endedAt }): UnitImage[] => {
    const image = images.get(name);
    return image === undefined ? [] : [{ image, imageId: '', ...(endedAt !== undefined && { endedAt }) }];
  });
  const own = job.replace(/\/(periodic|dispatch)-.*$/, '');
  const name = (namespace === 'default' ? own : `${namespace}/${own}`).slice(0, 253);
  return { id, namespace: '', workload: { kind: 'Job', name }, definition: '', platform: '', images: used };
}
