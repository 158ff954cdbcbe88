import { createHash } from 'node:crypto';
import { FINDING_KIND, FINDING_STATUS, RESOURCE_KIND } from '@assay/core/finding.ts';
import { PACKAGE_TYPES } from '@assay/core/package-type.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type pg from 'pg';
import { type Random, seededRandom } from './random.ts';

/**
 * A synthetic organisation with honest shapes: layers shared by a Zipf law, no two images equal, findings half closed or
 * suppressed. Sizes at scale 1; a smaller scale divides images and findings, not the variety of packages and layers.
 */
export interface EstateSize {
  readonly accounts: number;
  readonly packages: number;
  readonly layers: number;
  readonly images: number;
  readonly packagesPerImage: number;
  readonly issues: number;
  readonly findings: number;
}

export function estateSize(scale: number): EstateSize {
  return {
    accounts: 200,
    packages: Math.max(5_000, Math.round(60_000 * scale)),
    layers: Math.max(3_000, Math.round(32_000 * scale)),
    images: Math.round(100_000 * scale),
    packagesPerImage: 250,
    issues: Math.max(2_000, Math.round(20_000 * scale)),
    findings: Math.round(1_000_000 * scale),
  };
}

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 1);
const CHUNK = 1_000;

export async function buildEstate(db: pg.Pool, size: EstateSize, seed = 1): Promise<void> {
  const random = seededRandom(seed);
  await insertAccounts(db, size);
  await insertPackages(db, size, random);
  await insertIssues(db, size, random);
  await insertImages(db, size, random);
  await insertFindings(db, size, random);
  await db.query('vacuum analyze');
}

/** Rows as JSON, so that one statement takes a thousand of any table. */
async function insert(db: pg.Pool, table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const first = rows[0];
  if (first === undefined) return;
  const columns = Object.keys(first).join(', ');
  const sql = `insert into ${table} (${columns}) overriding system value select ${columns} from jsonb_populate_recordset(null::${table}, $1)`;
  await db.query(sql, [JSON.stringify(rows)]);
}

async function inChunks(db: pg.Pool, table: string, rows: Iterable<Record<string, unknown>>): Promise<void> {
  let chunk: Record<string, unknown>[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < CHUNK) continue;
    await insert(db, table, chunk);
    chunk = [];
  }
  await insert(db, table, chunk);
}

async function insertAccounts(db: pg.Pool, size: EstateSize): Promise<void> {
  const rows = Array.from({ length: size.accounts }, (_, n) => ({ account: n + 1, name: `account-${n + 1}`, state: 1, settings: {} }));
  await inChunks(db, 'account', rows);
}

const hexDigest = (text: string): string => `\\x${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;

async function insertPackages(db: pg.Pool, size: EstateSize, random: Random): Promise<void> {
  const kinds = ['deb', 'npm', 'pypi', 'golang', 'apk', 'rpm'] as const;
  await inChunks(
    db,
    'package',
    (function* () {
      for (let id = 1; id <= size.packages; id++) {
        const kind = kinds[random.below(kinds.length)] ?? 'deb';
        // About four versions for each name.
        const name = `${kind}-package-${Math.floor(id / 4)}`;
        const version = `${random.below(9)}.${id % 4}.${random.below(40)}`;
        yield {
          id,
          digest: hexDigest(`p${id}`),
          type: PACKAGE_TYPES[kind].code,
          namespace: kind,
          name,
          version,
          owner: 0,
          purl: `pkg:${kind}/${name}@${version}`,
        };
      }
    })(),
  );
}

async function insertIssues(db: pg.Pool, size: EstateSize, random: Random): Promise<void> {
  const sources = ['debian', 'github', 'golang', 'pypa', 'almalinux'];
  await inChunks(
    db,
    'issue',
    (function* () {
      for (let id = 1; id <= size.issues; id++) {
        const name = `CVE-${2015 + (id % 12)}-${10_000 + id}`;
        const doc = { title: `${name} - package-${random.zipf(5_000)}`, description: 'A synthetic vulnerability.', references: [] };
        const epss = random.below(5) === 0 ? -1 : random.next() ** 8;
        const aliases = random.below(3) === 0 ? [`GHSA-${id}`] : [];
        yield {
          id,
          kind: FINDING_KIND.PACKAGE_VULNERABILITY,
          name,
          source: sources[random.below(5)],
          vendor_severity: random.below(6),
          epss,
          exploit: random.below(20) === 0,
          aliases,
          doc,
          revision: 1,
        };
      }
    })(),
  );
}

/** An image is a base layer and a few more, drawn by Zipf, plus one package of its own, so that no two are equal. */
async function insertImages(db: pg.Pool, size: EstateSize, random: Random): Promise<void> {
  const layers = Array.from({ length: size.layers }, (_, n) => {
    const count = n < 500 ? 120 + random.below(100) : 5 + random.below(60);
    return Array.from({ length: count }, () => 1 + random.zipf(size.packages));
  });
  for (let start = 0; start < size.images; start += CHUNK) {
    const images = Array.from({ length: Math.min(CHUNK, size.images - start) }, (_, n) => makeImage(start + n, { size, layers, random }));
    await db.query(
      `insert into inventory (account, id, digest, catalogers, packages, evidence) overriding system value
       select account, id, decode(digest, 'hex'), '\\x00', packages::int[], '' from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
         as t(account, id, digest, packages)`,
      [images.map((i) => i.account), images.map((i) => i.id), images.map((i) => i.hex), images.map((i) => `{${i.packages.join(',')}}`)],
    );
    await insert(
      db,
      'resource',
      images.map((image) => image.row),
    );
    await insert(
      db,
      'resource_tag',
      images.map((i) => ({ account: i.account, resource: i.id, space: 1, key: 'tag', value: `v${i.id % 50}` })),
    );
  }
}

function makeImage(n: number, from: { size: EstateSize; layers: readonly (readonly number[])[]; random: Random }) {
  const { size, layers, random } = from;
  const id = n + 1;
  const account = 1 + random.zipf(size.accounts);
  const packages = new Set<number>([1 + (n % size.packages), 1 + ((n * 7919 + 13) % size.packages)]);
  for (const p of layers[random.zipf(500)] ?? []) packages.add(p);
  while (packages.size < size.packagesPerImage) for (const p of layers[500 + random.zipf(layers.length - 500)] ?? []) packages.add(p);
  const sorted = [...packages].slice(0, size.packagesPerImage).sort((a, b) => a - b);
  const hex = createHash('sha256').update(`image ${id}`).digest('hex');
  const repository = `team-${id % 40}/service-${id % 2_000}`;
  const arn = `arn:aws:ecr:us-east-1:${String(account).padStart(12, '0')}:repository/${repository}/sha256:${hex}`;
  const pushed = new Date(NOW - random.below(720) * DAY - random.below(DAY));
  const row = {
    account,
    id,
    kind: RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE,
    arn,
    inventory: id,
    evaluated: 1,
    fence: 0,
    scan_status: 1,
    scan_reason: 1,
    registry: `registry-${id % 5}.example`,
    repository,
    digest: `sha256:${hex}`,
    arch: id % 4 === 0 ? 'arm64' : 'amd64',
    platform: 'debian 12',
    pushed_at: pushed,
    last_in_use_at: random.below(4) === 0 ? pushed : null,
    in_use_count: random.below(4) === 0 ? random.below(30) : 0,
    exposure: 0,
    detail: {},
  };
  return { id, account, hex, packages: sorted, row };
}

/** Ten findings an image on average, more on the first ones; half of them closed or suppressed. */
async function insertFindings(db: pg.Pool, size: EstateSize, random: Random): Promise<void> {
  const { rows: owners } = await db.query<{ account: number; id: number }>('select account, id from resource order by id');
  const scores: Readonly<Record<number, number>> = { 0: -1, 1: 0, 2: 3.1, 3: 5.5, 4: 7.8, 5: 9.8 };
  const seen = new Set<number>();
  let id = 0;
  while (id < size.findings) {
    const findings: Record<string, unknown>[] = [];
    const packages: Record<string, unknown>[] = [];
    while (findings.length < CHUNK * 5 && id < size.findings) {
      const owner = owners[id % owners.length] as { account: number; id: number };
      const issue = 1 + random.zipf(size.issues);
      const key = owner.id * 100_000 + issue;
      if (seen.has(key)) {
        // Another draw for the same image: keep the count exact.
        owners[id % owners.length] = owners[random.below(owners.length)] as { account: number; id: number };
        continue;
      }
      seen.add(key);
      id++;
      findings.push(makeFinding({ id, owner, issue }, scores, random));
      packages.push({
        account: owner.account,
        finding: id,
        package: 1 + random.zipf(size.packages),
        resource: owner.id,
        fixed: '9.9.9',
        advisory: 'SYNTHETIC',
        reason: 1,
        severity: 3,
        score: 5,
      });
    }
    await insert(db, 'finding', findings);
    await insert(db, 'finding_package', packages);
  }
}

function makeFinding(
  at: { id: number; owner: { account: number; id: number }; issue: number },
  scores: Readonly<Record<number, number>>,
  random: Random,
) {
  const severity =
    [
      SEVERITY_CODES.MEDIUM,
      SEVERITY_CODES.HIGH,
      SEVERITY_CODES.LOW,
      SEVERITY_CODES.MEDIUM,
      SEVERITY_CODES.CRITICAL,
      SEVERITY_CODES.UNTRIAGED,
    ][random.zipf(6)] ?? 3;
  const first = NOW - random.below(700) * DAY - random.below(DAY);
  const status = random.below(2) === 0 ? FINDING_STATUS.ACTIVE : random.below(3) === 0 ? FINDING_STATUS.SUPPRESSED : FINDING_STATUS.CLOSED;
  return {
    account: at.owner.account,
    id: at.id,
    resource: at.owner.id,
    issue: at.issue,
    spot: 0,
    kind: FINDING_KIND.PACKAGE_VULNERABILITY,
    status,
    severity,
    fix: random.below(3),
    score: scores[severity] ?? -1,
    first_at: new Date(first),
    last_at: new Date(first + random.below(30) * DAY),
    updated_at: new Date(first + random.below(30) * DAY),
  };
}
