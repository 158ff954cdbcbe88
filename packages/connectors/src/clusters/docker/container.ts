import type { Workload } from '@assay/core/running.ts';
import { madeBy } from '../made-by.ts';
import { fields, instant, text } from '../values.ts';

/** What the answer of `/containers/ID/json` tells. */
export interface Container {
  readonly id: string;
  readonly namespace: string;
  readonly workload: Workload;
  /** As it was asked for. */
  readonly image: string;
  /** Empty of a container over a folder (`podman run --rootfs`), which has no image. */
  readonly imageId: string;
  /** Digest of the manifest that was chosen for this machine; Docker tells it with its containerd store. */
  readonly manifest: string;
  /** `created` has run nothing yet. */
  readonly state: 'created' | 'runs' | { readonly endedAt: number };
  /** Holds the network of others, runs nothing of anybody's: the pause container of a pod. */
  readonly infra: boolean;
}

export function readContainer(answer: unknown): Container {
  const { Id, Name, Image, Config, HostConfig, State, ImageManifestDescriptor } = fields(answer);
  const config = fields(Config);
  const image = text(config['Image']);
  const about = {
    name: text(Name).replace(/^\//, ''),
    labels: fields(config['Labels']),
    image,
    autoRemove: fields(HostConfig)['AutoRemove'] === true,
  };
  return {
    ...{ id: text(Id), image, imageId: text(Image).replace(/^sha256:$/, ''), manifest: text(fields(ImageManifestDescriptor)['digest']) },
    ...{ state: stateOf(fields(State)), ...madeBy(about) },
  };
}

/** One that restarts again and again, or is paused, is in use. */
function stateOf({ Running, Paused, Restarting, StartedAt, FinishedAt }: Readonly<Record<string, unknown>>): Container['state'] {
  if (Running === true || Paused === true || Restarting === true) return 'runs';
  const endedAt = Math.max(instant(FinishedAt) ?? 0, instant(StartedAt) ?? 0);
  return endedAt === 0 ? 'created' : { endedAt };
}
