import type { OpenFindings, PlatformImage, RepositoryImage } from '../../api/images.ts';
import { shortDigest } from './tag-lanes.ts';

/** A line of the table: a digest with everything beneath it added up, or one platform of an index. */
export interface ImageRow {
  readonly key: string;
  readonly image: RepositoryImage;
  readonly platform?: PlatformImage;
  /** Of the images it stands for. */
  readonly arns: readonly string[];
  readonly inUseCount: number;
  readonly lastInUseAt: number | undefined;
  readonly findings: OpenFindings;
  /** Undefined where nothing was looked at: an artifact, or an image that waits. */
  readonly status: { readonly active: boolean; readonly reasons: readonly string[] } | undefined;
}

export function imageRows(images: readonly RepositoryImage[]): ImageRow[] {
  return images.map((image) => ({ key: image.digest, image, ...sumOf(image.platforms) }));
}

/** Nothing beneath an image of one platform: its own line says it all. */
export function platformRows({ image, platform, key }: ImageRow): ImageRow[] {
  if (platform !== undefined || image.platforms.length < 2) return [];
  return image.platforms.map((one) => ({ key: `${key} ${one.digest}`, image, platform: one, ...sumOf([one]) }));
}

function sumOf(platforms: readonly PlatformImage[]): Pick<ImageRow, 'arns' | 'inUseCount' | 'lastInUseAt' | 'findings' | 'status'> {
  const sum = (of: (one: PlatformImage) => number) => platforms.reduce((total, one) => total + of(one), 0);
  const uses = platforms.flatMap(({ lastInUseAt }) => (lastInUseAt === undefined ? [] : [lastInUseAt]));
  return {
    arns: platforms.map(({ resourceArn }) => resourceArn),
    inUseCount: sum(({ inUseCount }) => inUseCount),
    lastInUseAt: uses.length === 0 ? undefined : Math.max(...uses),
    findings: {
      critical: sum(({ findings }) => findings.critical),
      high: sum(({ findings }) => findings.high),
      medium: sum(({ findings }) => findings.medium),
      all: sum(({ findings }) => findings.all),
    },
    status:
      platforms.length === 0
        ? undefined
        : {
            active: platforms.some(({ statusCode }) => statusCode === 'ACTIVE'),
            reasons: [...new Set(platforms.map(({ reason }) => reason))],
          },
  };
}

/** What a person calls it: its first tag or its digest, and the platform. */
export function rowName({ image, platform }: ImageRow): string {
  const name = image.tags[0] ?? shortDigest(image.digest);
  return platform === undefined ? name : `${name} ${platform.platform}`;
}
