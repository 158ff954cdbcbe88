import type { In, Out } from '@assay/wire/operation-types.ts';
import { mayAct } from '@assay/wire/principal.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { standingOf } from '../../../organization.ts';

type Permission = NonNullable<Out<'ListAccountPermissions'>['permissions']>[number];

const SERVICES = ['EC2', 'ECR', 'LAMBDA'] as const;

/** What the caller may switch. A member's scan types are disabled by its administrator; who is no admin switches nothing. */
export async function listAccountPermissions(
  input: In<'ListAccountPermissions'>,
  context: ServerContext,
): Promise<Out<'ListAccountPermissions'>> {
  const { service } = input;
  const { administrator } = await standingOf(context);
  const may = mayAct(context.principal.role, 'admin');
  const operations = [
    ...(['ENABLE_SCANNING', 'ENABLE_REPOSITORY'] as const),
    ...(administrator === undefined ? (['DISABLE_SCANNING', 'DISABLE_REPOSITORY'] as const) : []),
  ];
  const permissions: Permission[] = SERVICES.filter((name) => may && (service === undefined || service === name)).flatMap((name) =>
    operations.filter((operation) => name === 'ECR' || operation.endsWith('SCANNING')).map((operation) => ({ service: name, operation })),
  );
  const from = (openPage(context, { service }, input.nextToken) as number | undefined) ?? 0;
  const end = from + (input.maxResults ?? permissions.length);
  return {
    permissions: permissions.slice(from, end),
    ...(end < permissions.length ? { nextToken: sealPage(context, { service }, end) } : {}),
  };
}
