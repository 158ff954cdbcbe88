/** A VEX document, whatever its format: what its author says about products and vulnerabilities. */
export interface VexDocument {
  readonly format: VexFormat;
  /** Names the document over its versions. */
  readonly id: string;
  readonly version: string;
  readonly author: string;
  /** Undefined where the document gives no time that can be read. */
  readonly issuedAt: Date | undefined;
  readonly statements: readonly VexStatement[];
}
export type VexFormat = 'OPENVEX' | 'CSAF' | 'CYCLONEDX';

export interface VexStatement {
  /** CVE where it has one. */
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly status: VexStatus;
  /** One of {@link JUSTIFICATIONS} where the author gives one. */
  readonly justification?: string;
  /** Why, in the author's words. */
  readonly detail?: string;
  readonly products: readonly VexProduct[];
}
export const VEX_STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;
export type VexStatus = (typeof VEX_STATUSES)[number];

/** A package, an image, or a package in an image. With neither it is a product that we cannot look for. */
export interface VexProduct {
  /** What the document calls it. */
  readonly id: string;
  readonly purl?: string;
  /** `sha256:…` of the image. */
  readonly image?: string;
}

/** The labels that OpenVEX and CSAF share. */
export const JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;

export const MAX_VEX_BYTES = 16 * 1024 * 1024;
export const MAX_STATEMENTS = 20_000;
export const MAX_PRODUCTS = 200_000;

/** `pkg:oci/app@sha256:…` is an image, any other purl a package. */
export function productOf(id: string, purl = id): VexProduct {
  const image = /^pkg:(?:oci|docker)\/[^@?#]{1,500}@(sha256(?::|%3A)[0-9a-f]{64})/i.exec(purl)?.[1];
  if (image !== undefined) return { id, image: image.toLowerCase().replace('%3a', ':') };
  return purl.startsWith('pkg:') && !/^pkg:(?:oci|docker)\//i.test(purl) ? { id, purl } : { id };
}

export function imagePurl(digest: string, name = 'image'): string {
  return `pkg:oci/${name}@${digest.replace(':', '%3A')}`;
}

export function dateOf(text: string): Date | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}
