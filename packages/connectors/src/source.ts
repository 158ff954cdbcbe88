import type { Logger } from '@assay/core/context.ts';
import type { RegistryCapabilities, RegistryEvent, RegistryImage } from '@assay/core/registry.ts';
import type { ClusterReport } from '@assay/core/running.ts';
import type { GrpcClient } from '@assay/net/grpc.ts';
import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import type { Credentials } from '@assay/net/oci/credentials.ts';
import type { RegistryOptions } from '@assay/net/oci/session.ts';
import type { ConfigField } from './config.ts';

export type SourceConfig = Readonly<Record<string, string>>;

export interface SourceContext {
  /** Unsealed; empty when it has none. */
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** The guarded one; the only way out. Whoever makes it decides which hosts may have internal addresses or do without encryption. */
  readonly fetcher: Fetcher;
  /** Only where whoever wrote the configuration administers this machine, as with `assay collect`. */
  readonly machine?: LocalMachine;
}

/** What signs requests to AWS. Those of a session have a token and an end. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** The machine that this process runs on. */
export interface LocalMachine {
  /** Never given twice, the same after a restart; made from the machine id, which itself is confidential (machine-id(5)). */
  readonly id: string | undefined;
  readonly name: string;
  /** `linux/arm64`; undefined when unknown. */
  readonly platform?: string;
  readonly readFile: (path: string) => Promise<string>;
  /** HTTP over a socket file. */
  readonly socket: (path: string) => Fetcher;
  /** gRPC over a socket file. */
  readonly grpc: (path: string) => GrpcClient;
  /** Of whoever this machine is to AWS; `fetcher` reaches the services that turn one identity into another. */
  readonly awsKeys: (region: string, fetcher: Fetcher) => Promise<AwsKeys>;
}

/** What every kind of source has. The id equals its folder's name and the configuration's `kind`. */
export interface SourceKind {
  readonly id: string;
  readonly config: Readonly<Record<string, ConfigField>>;
  /** What the sealed secret is; undefined: there is none. */
  readonly secret?: ConfigField;
  /** What it must be allowed to do, for whoever grants it: `ecr:DescribeImages`. */
  readonly permissions: readonly string[];
  /** It reads sockets of the machine it runs on: nothing that a tenant of a server may configure. */
  readonly local?: true;
}

/** How a registry is spoken to, beside who asks. */
export type RegistryReach = Pick<RegistryOptions, 'scheme' | 'insecure' | 'trustedRealms' | 'named'>;

/** Where images lie. Reading goes by the registry protocol of `net` (registry-access.ts); this tells what is there. */
export interface RegistrySource extends SourceKind {
  capabilities(config: SourceConfig): RegistryCapabilities;
  /** Host (and port) at which its images are pulled, as references write it. */
  host(config: SourceConfig): string;
  reach(config: SourceConfig): RegistryReach;
  /** Credentials for reading images; undefined: none are needed. May ask the provider, as ECR's tokens need. */
  credentials(config: SourceConfig, ctx: SourceContext): Promise<Credentials | undefined>;
  /** Names of repositories. @throws AssayError with a sentence that says what to do; then nothing is known to be gone. */
  repositories(config: SourceConfig, ctx: SourceContext): AsyncIterable<string>;
  /** All that one repository holds, each digest once. @throws like `repositories`. */
  images(config: SourceConfig, repository: string, ctx: SourceContext): AsyncIterable<RegistryImage>;
  /** Events of one notification of the registry's own form; what is no event of an image is left out. @throws AssayError `bad-notification` */
  events?(body: Buffer): readonly RegistryEvent[];
  /** Notifications that wait at the provider; ends when there are none for a while. @throws like `repositories`. */
  queued?(config: SourceConfig, ctx: SourceContext): AsyncIterable<QueuedNotification>;
}

export interface QueuedNotification {
  readonly body: Buffer;
  /** It was taken; else it comes again. */
  done(): Promise<void>;
}

/** Where containers run. */
export interface ClusterSource extends SourceKind {
  /**
   * Tells for as long as the signal allows, a snapshot of each cluster first; gets over whatever is passing by itself. Each report says that
   * the cluster was seen just now, so there is at least one a minute while that is so, and none while it is not. Called again, it tells
   * everything again. @throws AssayError when a person must act.
   */
  watch(config: SourceConfig, ctx: SourceContext): AsyncIterable<ClusterReport>;
}
