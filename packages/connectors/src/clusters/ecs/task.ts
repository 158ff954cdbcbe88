import type { Workload } from '@assay/core/running.ts';
import type { RunningUnit, UnitImage } from '../tally.ts';
import { fields, instant, items, platform, text } from '../values.ts';

/** A task as `DescribeTasks` tells it. */
export interface TaskState {
  readonly unit: RunningUnit;
  /** It runs and tells all digests: only its end will change it. */
  readonly settled: boolean;
  readonly ended: boolean;
  /** Grows with each change; 0: not told. */
  readonly version: number;
}

/** Undefined for what is no task. */
export function readTask(answer: unknown): TaskState | undefined {
  const task = fields(answer);
  const id = text(task['taskArn']);
  if (id === '') return undefined;
  const containers = items(task['containers']).slice(0, 200).map(fields);
  const images = containers.flatMap((container) => imageOf(container, task));
  const status = text(task['lastStatus']);
  return {
    unit: {
      id,
      namespace: '',
      workload: workloadOf(task),
      definition: text(task['taskDefinitionArn']),
      platform: platformOf(task),
      images,
    },
    settled: status === 'RUNNING' && containers.every((one) => text(one['imageDigest']) !== ''),
    ended: status === 'STOPPED',
    version: Number.isSafeInteger(task['version']) ? (task['version'] as number) : 0,
  };
}

/** `service:web` is the service; of other tasks the group stays as it is: `family:migrate`, or whatever somebody named it. */
function workloadOf(task: Readonly<Record<string, unknown>>): Workload {
  const group = text(task['group'], 256);
  if (group.startsWith('service:')) return { kind: 'Service', name: group.slice('service:'.length) };
  const family = /task-definition\/([^:]+)/.exec(text(task['taskDefinitionArn']))?.[1] ?? '';
  return { kind: 'Task', name: group === '' ? `family:${family}` : group };
}

function platformOf(task: Readonly<Record<string, unknown>>): string {
  const attribute = items(task['attributes'])
    .map(fields)
    .find((one) => one['name'] === 'ecs.cpu-architecture');
  const os = /^windows/i.test(text(task['platformFamily'])) ? 'windows' : 'linux';
  return platform({ os, architecture: attribute?.['value'] });
}

/** Agents before 1.70.0 tell no digest. What never started was not in use. */
function imageOf(container: Readonly<Record<string, unknown>>, task: Readonly<Record<string, unknown>>): UnitImage[] {
  const named = { image: text(container['image']), imageId: text(container['imageDigest']) };
  const startedAt = instant(task['startedAt']);
  const started = startedAt !== undefined || text(container['runtimeId']) !== '';
  if (named.image === '' || (named.imageId === '' && !started)) return [];
  if (text(container['lastStatus']) !== 'STOPPED') return [named];
  // Of a container that ended while its task goes on only the task's start is known.
  const endedAt = instant(task['executionStoppedAt']) ?? instant(task['stoppedAt']) ?? instant(task['stoppingAt']) ?? startedAt;
  return started && endedAt !== undefined ? [{ ...named, endedAt }] : [];
}
