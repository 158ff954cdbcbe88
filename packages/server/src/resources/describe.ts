import type { ResourceKind } from '@assay/core/finding.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { architectureName, platformText } from '@assay/core/platform.ts';
import { hostId, imageArn, type Place, projectArn, splitReference } from './names.ts';

/** A resource row as the scanner knows it; usage, pulls and resource tags come from collectors. */
export interface ResourceDescription {
  readonly kind: ResourceKind;
  /** Inspector's resource id: an ARN, or `i-…`. */
  readonly arn: string;
  readonly registry: string | null;
  readonly repository: string | null;
  readonly digest: string | null;
  readonly arch: string | null;
  /** Inspector's platform, e.g. `DEBIAN_12`. */
  readonly platform: string | null;
  readonly pushedAt: Date | null;
  readonly imageTags: readonly string[];
  /** Resource tags that the look itself knows: a host's `Name`. Others come from collectors. */
  readonly tags: Readonly<Record<string, string>>;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Naming extends Place {
  /** Instead of what the subject calls itself: `registry.example/team/app`. */
  readonly repository?: string;
  readonly tags?: readonly string[];
  /** `linux/arm64/v8`: of images whose document does not say. */
  readonly platform?: string;
  /** When it was pushed or submitted. */
  readonly pushedAt?: Date;
}

/** Registry of images that came without one: submitted archives and SBOMs. */
export const LOCAL_REGISTRY = 'local';

/** The resource that an inventory is of. The same content under the same name is the same resource. */
export function describeResource(inventory: Pick<Inventory, 'subject' | 'distro'>, naming: Naming): ResourceDescription {
  const { subject, distro } = inventory;
  const platform = distro === null ? null : platformName(distro.id, distro.version);
  const none = { registry: null, repository: null, digest: null, arch: null, pushedAt: null, imageTags: [], tags: {}, platform };
  switch (subject.kind) {
    case 'host': {
      const detail = { name: subject.name, os: distro?.prettyName ?? subject.platform.os, scanMode: 'EC2_INSPECTOR_AGENT_BASED' };
      return {
        ...none,
        kind: 'AWS_EC2_INSTANCE',
        arn: hostId(subject.machineId),
        arch: architectureName(subject.platform.architecture),
        tags: { Name: subject.name },
        detail,
      };
    }
    case 'directory': {
      const detail = {
        name: naming.repository ?? subject.name,
        path: subject.path,
        codeRepositoryProjectName: naming.repository ?? subject.name,
      };
      return { ...none, kind: 'CODE_REPOSITORY', arn: projectArn(naming, naming.repository ?? subject.path), detail };
    }
    case 'image':
    case 'sbom': {
      const name = splitReference(naming.repository ?? subject.name, LOCAL_REGISTRY);
      const own = subject.kind === 'image' ? subject.tags : [];
      const digest = subject.digest.startsWith('sha256:') ? subject.digest : `sha256:${subject.digest}`;
      return {
        kind: 'AWS_ECR_CONTAINER_IMAGE',
        arn: imageArn(naming, { ...name, digest }),
        registry: name.registry,
        repository: name.repository,
        digest,
        arch: subject.kind === 'image' ? architectureName(subject.platform.architecture) : (naming.platform?.split('/')[1] ?? null),
        platform,
        pushedAt: naming.pushedAt ?? null,
        tags: {},
        imageTags: [...new Set([...(naming.tags ?? []), ...own, ...(name.tag === undefined ? [] : [name.tag])])].sort(),
        detail:
          subject.kind === 'image'
            ? {
                name: subject.name,
                size: subject.size,
                createdAt: subject.createdAt,
                index: subject.index,
                config: subject.config,
                platform: platformText(subject.platform),
                os: distro?.prettyName,
              }
            : { name: subject.name, sbom: subject.format, os: distro?.prettyName },
      };
    }
  }
}

/** `debian`, `12` → `DEBIAN_12`; `ubuntu`, `22.04` → `UBUNTU_22_04`. */
function platformName(id: string, version: string): string {
  return [id, version]
    .filter((part) => part !== '')
    .join('_')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_');
}
