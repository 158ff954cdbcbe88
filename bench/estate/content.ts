import { createHash } from 'node:crypto';
import { FINDING_KIND } from '@assay/core/finding.ts';
import { PACKAGE_TYPES } from '@assay/core/package-type.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type pg from 'pg';
import type { EstateSize } from './build.ts';
import { Loader } from './copy.ts';
import type { Random } from './random.ts';

export const VERSIONS_PER_NAME = 4;
/** Of the names, one in this many has no known vulnerability: the new advisory of the evaluation bench is about one of them. */
export const SPOTLESS_EVERY = 10;

interface DictionaryPackage {
  readonly type: keyof typeof PACKAGE_TYPES;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

interface DictionaryIssue {
  readonly name: string;
  readonly severity: number;
  readonly about: string;
  readonly source: string;
}

/** Packages have the ids 1…; issues too. */
export interface Dictionary {
  readonly packages: readonly DictionaryPackage[];
  readonly issues: readonly DictionaryIssue[];
  /** Issue ids of a package id. */
  issuesOf(packageId: number): readonly number[];
}

const KINDS = [
  ['deb', 'debian:12', 'debian'],
  ['npm', 'npm', 'github'],
  ['pypi', 'pypi', 'pypa'],
  ['golang', 'golang', 'golang'],
  ['apk', 'alpine:3.20', 'alpine'],
  ['rpm', 'almalinux:9', 'almalinux'],
] as const;

const nameOf = (packageId: number): number => Math.floor((packageId - 1) / VERSIONS_PER_NAME);

export function makeDictionary(size: EstateSize, random: Random): Dictionary {
  const names = Math.ceil(size.packages / VERSIONS_PER_NAME);
  const kinds = Array.from({ length: names }, () => KINDS[random.below(KINDS.length)] ?? KINDS[0]);
  const packages = Array.from({ length: size.packages }, (_, n): DictionaryPackage => {
    const name = nameOf(n + 1);
    const [type, namespace] = kinds[name] ?? KINDS[0];
    return {
      type,
      namespace,
      name: `${type}-package-${name}`,
      version: `${1 + random.below(9)}.${n % VERSIONS_PER_NAME}.${random.below(40)}`,
    };
  });
  const byName = new Map<number, number[]>();
  const issues = Array.from({ length: size.issues }, (_, n): DictionaryIssue => {
    let name = random.below(names);
    while (name % SPOTLESS_EVERY === 0) name = random.below(names);
    const list = byName.get(name);
    if (list === undefined) byName.set(name, [n + 1]);
    else list.push(n + 1);
    const [type, , source] = kinds[name] ?? KINDS[0];
    return { name: `CVE-${2015 + (n % 12)}-${10_000 + n}`, severity: severity(random), about: `${type}-package-${name}`, source };
  });
  return { packages, issues, issuesOf: (id) => byName.get(nameOf(id)) ?? [] };
}

function severity(random: Random): number {
  const draw = random.next();
  if (draw < 0.06) return SEVERITY_CODES.CRITICAL;
  if (draw < 0.3) return SEVERITY_CODES.HIGH;
  if (draw < 0.75) return SEVERITY_CODES.MEDIUM;
  if (draw < 0.9) return SEVERITY_CODES.LOW;
  return SEVERITY_CODES.UNTRIAGED;
}

export async function insertAccounts(client: pg.ClientBase, size: EstateSize): Promise<void> {
  const load = new Loader(client, 'account', ['account', 'name']);
  for (let account = 1; account <= size.accounts; account++) await load.add([account, `account-${account}`]);
  await load.flush();
}

export async function insertPackages(client: pg.ClientBase, { packages }: Dictionary): Promise<void> {
  const load = new Loader(client, 'package', ['id', 'digest', 'type', 'namespace', 'name', 'version', 'owner', 'purl']);
  for (const [n, { type, namespace, name, version }] of packages.entries()) {
    const digest = `\\x${createHash('sha256').update(`package ${n}`).digest('hex').slice(0, 32)}`;
    await load.add([n + 1, digest, PACKAGE_TYPES[type].code, namespace, name, version, 0, `pkg:${type}/${name}@${version}`]);
  }
  await load.flush();
}

export async function insertIssues(client: pg.ClientBase, { issues }: Dictionary, random: Random): Promise<void> {
  const columns = ['id', 'kind', 'name', 'source', 'vendor_severity', 'epss', 'exploit', 'aliases', 'doc', 'revision'];
  const load = new Loader(client, 'issue', columns);
  for (const [n, issue] of issues.entries()) {
    const doc = { title: `${issue.name} - ${issue.about}`, description: 'A synthetic vulnerability.', references: [] };
    const epss = random.below(5) === 0 ? -1 : random.next() ** 8;
    const aliases = random.below(3) === 0 ? `{GHSA-${n}}` : '{}';
    const kind = FINDING_KIND.PACKAGE_VULNERABILITY;
    await load.add([n + 1, kind, issue.name, issue.source, issue.severity, epss, random.below(20) === 0, aliases, JSON.stringify(doc), 1]);
  }
  await load.flush();
}
