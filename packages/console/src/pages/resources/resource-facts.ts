import type { FirstLook } from '../../api/assay-types.ts';
import type { CoveredResource } from '../../api/types.ts';
import { DEFAULT_STATE, formatState } from '../findings/findings-state.ts';

/** What a person calls a covered resource: its name tag, project, function, repository with tag, else its id. */
export function coveredName(resource: CoveredResource): string {
  const meta = resource.resourceMetadata;
  const tag = meta?.ecrImage?.tags?.[0];
  const id = resource.resourceId ?? '';
  const repository = repositoryOf(id) ?? meta?.ecrRepository?.name;
  const name = meta?.ec2?.tags?.['Name'] ?? meta?.codeRepository?.projectName ?? meta?.lambdaFunction?.functionName;
  if (name !== undefined && name !== '') return name;
  if (repository === undefined) return id.startsWith('arn:') ? id.split(':').slice(5).join(':') : id;
  return tag === undefined ? repository : `${repository}:${tag}`;
}

function repositoryOf(arn: string): string | undefined {
  const match = /:repository\/(.{1,512}?)(?:\/sha256:[0-9a-f]{64})?$/.exec(arn);
  return match?.[1];
}

/** The first look that made this resource, matched by ARN or by the id at the ARN's end. */
export function firstLookOf(resource: CoveredResource, looks: readonly FirstLook[]): FirstLook | undefined {
  const id = resource.resourceId ?? '';
  return looks.find(
    (look) => look.resourceArn !== undefined && id !== '' && (look.resourceArn === id || look.resourceArn.endsWith(`/${id}`)),
  );
}

export function isSample(look: FirstLook | undefined): boolean {
  return look !== undefined && (look.kind.toLowerCase() === 'sample' || look.name.toLowerCase() === 'sample');
}

export function findingsHref(resource: CoveredResource): string {
  const conditions = [{ key: 'resourceId', operator: '=' as const, values: [resource.resourceId ?? ''] }];
  return `/${formatState({ ...DEFAULT_STATE, view: 'list', conditions })}`;
}
