import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { MANIFEST_KIND } from '@assay/core/registry.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { nameOfCode } from '../../../../findings/code-name.ts';
import {
  isWatched,
  listSubmittedImages,
  listWatchedImages,
  type PlatformImage,
  type RepositoryImage,
} from '../../../../registries/lists/images.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { noRepository, requirePlace } from '../../repository-place.ts';

type Wire = AssayOut<'ListRepositoryImages'>['images'][number];
const PAGE = 50;

export async function listRepositoryImages(
  input: AssayIn<'ListRepositoryImages'>,
  context: ServerContext,
): Promise<AssayOut<'ListRepositoryImages'>> {
  const { nextToken, maxResults: limit = PAGE, ...query } = input;
  const at = await requirePlace(input, context);
  const state = openPage(context, query, nextToken) as { at: string; digest: string } | undefined;
  const after = state === undefined ? undefined : { at: new Date(state.at), digest: state.digest };
  const { inUse = false, statusCode, digest } = input;
  const status = statusCode === undefined ? undefined : SCAN_STATUS[statusCode];
  const rows = await withAccounts(context.pool, [at.account], async (tx) => {
    const watched = await isWatched(tx, at);
    if (watched === undefined) throw noRepository(at);
    return (watched ? listWatchedImages : listSubmittedImages)(tx, { at, inUse, status, digest, after, limit: limit + 1 });
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    images: page.map(toWire),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, { at: last.at, digest: last.digest }) } : {}),
  };
}

function toWire({
  digest,
  kind,
  artifactType,
  tags,
  movedTags,
  pushedAt,
  pulledAt,
  firstSeen,
  deletedAt,
  error,
  platforms,
}: RepositoryImage): Wire {
  return {
    ...{ digest, tags: [...tags], platforms: platforms.map(platformToWire) },
    movedTags: movedTags.map(({ tag, movedAt, digest: now }) => ({ tag, movedAt: new Date(movedAt), digest: now })),
    ...(kind === null ? {} : { kind: nameOfCode(MANIFEST_KIND, kind) }),
    ...(artifactType === null ? {} : { artifactType }),
    ...(pushedAt === null ? {} : { pushedAt }),
    ...(pulledAt === null ? {} : { pulledAt }),
    ...(firstSeen === null ? {} : { firstSeenAt: firstSeen }),
    ...(deletedAt === null ? {} : { deletedAt }),
    ...(error === null ? {} : { error }),
  };
}

function platformToWire({
  arn,
  digest,
  platform,
  status,
  reason,
  inUseCount,
  lastInUseAt,
  findings,
}: PlatformImage): Wire['platforms'][number] {
  return {
    ...{ resourceArn: arn, digest, platform, inUseCount, findings },
    ...{ statusCode: nameOfCode(SCAN_STATUS, status), reason: nameOfCode(SCAN_REASON, reason) },
    ...(lastInUseAt === null ? {} : { lastInUseAt: new Date(lastInUseAt) }),
  };
}
