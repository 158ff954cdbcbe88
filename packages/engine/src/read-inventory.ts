import { AssayError } from '@assay/core/errors.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { isObject } from '@assay/core/json.ts';
import { OWNER_CODES, type PackageIdentity } from '@assay/core/package.ts';
import { PACKAGE_TYPES } from '@assay/core/package-type.ts';
import { hasTooManyNodes } from '@assay/formats/sbom/json.ts';
import { isStorableIdentity, isStorableText } from './storable.ts';

/** What `assay submit` sends of a target that it scanned itself. */
export interface InventoryDocument {
  readonly assayInventory: 1;
  readonly inventory: Inventory;
}

const MAX_PACKAGES = 500_000;
/** Names and tags of a resource are index entries. */
const MAX_NAME = 512;
const SUBJECTS = ['image', 'directory', 'host', 'sbom'];

export function isInventoryDocument(bytes: Buffer): boolean {
  return bytes.subarray(0, 64).includes('"assayInventory"');
}

/**
 * Reads an inventory that came over the wire. The caller may be hostile: every field that reaches a matcher, a name or a row is checked.
 * AssayError `inventory-format` names the first field that is wrong.
 */
export function readInventoryDocument(bytes: Buffer): Inventory {
  check(!hasTooManyNodes(bytes), 'document', 'must have at most four million objects and lists');
  let document: Partial<InventoryDocument>;
  try {
    document = JSON.parse(bytes.toString('utf8')) as Partial<InventoryDocument>;
  } catch (cause) {
    throw new AssayError('inventory-format', 'The inventory is no JSON.', { cause });
  }
  const { inventory } = document;
  check(document.assayInventory === 1 && isObject(inventory), 'assayInventory', 'must be 1, with an inventory');
  checkSubject(inventory.subject);
  checkDistro(inventory.distro);
  check(Array.isArray(inventory.packages) && inventory.packages.length <= MAX_PACKAGES, 'packages', `must be at most ${MAX_PACKAGES}`);
  inventory.packages.forEach(checkPackage);
  check(Array.isArray(inventory.gaps) && inventory.gaps.length <= 10_000, 'gaps', 'must be a list');
  for (const [n, gap] of inventory.gaps.entries()) checkTexts(gap, `gaps[${n}]`, ['code', 'message'], ['path', 'layer', 'cataloger']);
  check(isObject(inventory.catalogers), 'catalogers', 'must be an object');
  return inventory;
}

function checkSubject(subject: unknown): void {
  checkTexts(subject, 'subject', ['kind', 'name'], ['path', 'digest', 'machineId', 'format', 'index', 'config', 'createdAt']);
  const { kind, name, digest, tags, platform, layers, size } = subject as Record<string, unknown>;
  check(isName(name), 'subject.name', `must have at most ${MAX_NAME} characters`);
  check(size === undefined || typeof size === 'number', 'subject.size', 'must be a number');
  check(SUBJECTS.includes(kind as string), 'subject.kind', `must be one of ${SUBJECTS.join(', ')}`);
  if (kind === 'image' || kind === 'sbom') check(/^(sha256:)?[0-9a-f]{64}$/.test(String(digest)), 'subject.digest', 'must be a SHA-256');
  if (kind === 'host') checkTexts(subject, 'subject', ['machineId'], []);
  if (kind === 'directory') checkTexts(subject, 'subject', ['path'], []);
  if (kind === 'image' || kind === 'host') checkTexts(platform, 'subject.platform', ['os', 'architecture'], ['variant']);
  if (kind === 'image') {
    check(Array.isArray(tags) && tags.length <= 1000 && tags.every(isName), 'subject.tags', 'must be a list of short texts');
    check(Array.isArray(layers) && layers.length <= 1000, 'subject.layers', 'must be a list');
  }
}

function checkDistro(distro: unknown): void {
  if (distro !== null) checkTexts(distro, 'distro', ['id', 'version', 'prettyName'], ['codename', 'namespace']);
}

function checkPackage(one: unknown, n: number): void {
  const at = `packages[${n}]`;
  check(isObject(one), at, 'must be an object');
  const { identity, evidence } = one as Record<string, unknown>;
  const texts = ['type', 'namespace', 'name', 'version', 'owner', 'purl'];
  checkTexts(identity, `${at}.identity`, texts, ['sourceName', 'sourceVersion', 'arch', 'module', 'vendor']);
  const { type, owner, purl, name } = identity as Record<string, string>;
  check(Object.hasOwn(PACKAGE_TYPES, type ?? ''), `${at}.identity.type`, 'is no package type');
  check(Object.hasOwn(OWNER_CODES, owner ?? ''), `${at}.identity.owner`, 'is no owner class');
  check(purl?.startsWith('pkg:') === true, `${at}.identity.purl`, 'is no package URL');
  check(name !== '', `${at}.identity.name`, 'must not be empty');
  check(isStorableIdentity(identity as PackageIdentity), `${at}.identity`, 'has a name that is too long, or a member that is no text');
  check(Array.isArray(evidence) && evidence.length <= 10_000, `${at}.evidence`, 'must be a list');
  for (const place of evidence as unknown[]) checkTexts(place, `${at}.evidence`, ['cataloger', 'path'], ['layer', 'packageManager']);
}

function checkTexts(value: unknown, at: string, required: readonly string[], optional: readonly string[]): void {
  check(isObject(value), at, 'must be an object');
  const fields = value as Record<string, unknown>;
  for (const name of required) check(isStorableText(fields[name]), `${at}.${name}`, 'must be a text');
  for (const name of optional) check(fields[name] === undefined || isStorableText(fields[name]), `${at}.${name}`, 'must be a text');
}

function isName(value: unknown): boolean {
  return isStorableText(value) && value.length <= MAX_NAME;
}

function check(holds: boolean, field: string, message: string): asserts holds {
  if (!holds) throw new AssayError('inventory-format', `The inventory is not one that this server reads: ${field} ${message}.`);
}
