import type { Transaction } from '../../db/pool.ts';
import type { RepositoryKey } from './repositories.ts';

/** A stretch of time in which a tag meant a digest. */
export interface TagSpan {
  readonly tag: string;
  readonly digest: string;
  readonly since: Date;
  /** Null: now. */
  readonly until: Date | null;
}

export interface TagsWish {
  readonly at: RepositoryKey;
  readonly tag: string | undefined;
  readonly after: { readonly since: Date; readonly tag: string } | undefined;
  readonly limit: number;
}

/** The latest first. */
export async function listTagHistory(tx: Transaction, { at, tag, after, limit }: TagsWish): Promise<TagSpan[]> {
  const { rows } = await tx.query<TagSpan>(
    `select tag, digest, since, until from repo_tag where account = $1 and registry = $2 and repository = $3 and ($4::text is null or tag = $4)
       and (since, tag) < (coalesce($5::timestamptz, 'infinity'), $6::text) order by since desc, tag desc limit $7`,
    [at.account, at.registry, at.repository, tag ?? null, after?.since ?? null, after?.tag ?? '', limit],
  );
  return rows;
}
