import type { In, Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { compileCoverage } from '../../../../coverage/criteria.ts';
import { type CoveredResource, readCoverage } from '../../../../coverage/read.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';

type WireCovered = NonNullable<Out<'ListCoverage'>['coveredResources']>[number];

const PAGE = 200;
const SCAN_MODES: readonly string[] = ['EC2_SSM_AGENT_BASED', 'EC2_AGENTLESS', 'EC2_INSPECTOR_AGENT_BASED'];
/** A project's id is that of its integration and its own. */
const OWN_PART = /\/project-[^/]*$/;

export async function listCoverage(input: In<'ListCoverage'>, context: ServerContext): Promise<Out<'ListCoverage'>> {
  const { filterCriteria = {}, maxResults: limit = PAGE, nextToken } = input;
  const after = openPage(context, { filterCriteria }, nextToken) as number | undefined;
  const criteria = compileCoverage(filterCriteria, { accounts: await seenAccounts(context), region: context.region });
  const rows = await withAccounts(context.pool, criteria.accounts, (tx) =>
    readCoverage(tx, criteria, { limit: limit + 1, ...(after === undefined ? {} : { after }) }),
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    coveredResources: page.map((row) => toWire(row, context.region)),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, { filterCriteria }, last.id) } : {}),
  };
}

function toWire(row: CoveredResource, region: string): WireCovered {
  const accountId = accountDigits(row.account);
  return {
    resourceType: row.kind,
    resourceId: row.arn,
    accountId,
    scanType: 'PACKAGE',
    scanStatus: { statusCode: row.status, reason: row.reason },
    resourceMetadata: metadata(row),
    ...(row.scannedAt === null ? {} : { lastScannedAt: row.scannedAt }),
    ...(SCAN_MODES.includes(row.detail['scanMode'] as string) ? { scanMode: row.detail['scanMode'] as WireCovered['scanMode'] } : {}),
    provider: 'AWS',
    providerAccountId: accountId,
    providerRegion: region,
    providerPartition: 'aws',
  };
}

function metadata(row: CoveredResource): NonNullable<WireCovered['resourceMetadata']> {
  const text = (name: string): string | undefined => (typeof row.detail[name] === 'string' ? row.detail[name] : undefined);
  // Images that were submitted are looked at whenever advisories change.
  const ecrRepository = { name: row.repository ?? undefined, scanFrequency: row.frequency ?? ('CONTINUOUS_SCAN' as const) };
  if (row.kind === 'AWS_ECR_REPOSITORY') return { ecrRepository };
  if (row.kind === 'AWS_ECR_CONTAINER_IMAGE') {
    return {
      ecrRepository,
      ecrImage: {
        tags: [...row.imageTags],
        imagePulledAt: row.pulledAt ?? undefined,
        lastInUseAt: row.lastInUseAt ?? undefined,
        inUseCount: row.inUseCount,
      },
    };
  }
  if (row.kind === 'AWS_EC2_INSTANCE') return { ec2: { tags: { ...row.tags }, platform: 'LINUX' } };
  if (row.kind === 'CODE_REPOSITORY') {
    const projectName = text('codeRepositoryProjectName') ?? text('name') ?? row.arn;
    // A folder that was looked at is at no provider: then the two members that the model demands say nothing.
    type Repository = NonNullable<NonNullable<WireCovered['resourceMetadata']>['codeRepository']>;
    const providerType = text('codeRepositoryProviderType') as Repository['providerType'];
    const providerTypeVisibility = text('codeRepositoryProviderTypeVisibility') as Repository['providerTypeVisibility'];
    const lastScannedCommitId = text('lastScannedCommitId');
    const integrationArn = row.arn.replace(OWN_PART, '');
    return { codeRepository: { projectName, providerType, providerTypeVisibility, integrationArn, lastScannedCommitId } };
  }
  return {};
}
