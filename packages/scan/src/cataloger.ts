import type { Gap } from '@assay/core/gap.ts';
import type { Distro } from '@assay/core/inventory.ts';
import type { Evidence, OwnerClass, PackageIdentity } from '@assay/core/package.ts';
import type { ByteSource } from './reading/byte-source.ts';

/**
 * A cataloger knows one way in which software says what it is. Selection is data, `extract` is a pure function of bytes
 * (it runs in the sandboxed reader, once per file and layer, and its facts are cached by diff_id and version),
 * `assemble` joins the facts that survive on the squashed view. It never does I/O.
 */
export interface Cataloger<F = unknown> {
  /** Equal to the folder name. */
  readonly id: string;
  /** Name for people, e.g. `Debian packages`; the documentation is generated from it and from `formats`. */
  readonly title?: string;
  /** What it reads, one short phrase each, with the document that specifies the format. */
  readonly formats?: readonly string[];
  /** Bump when the output for the same bytes changes; invalidates exactly this cataloger's stored facts. */
  readonly version: number;
  readonly wants: Selection;
  /** Facts must survive JSON: plain objects, arrays, strings, numbers. A throw becomes an `unparsable-file` gap for this file. */
  extract(file: WantedFile, ctx: ExtractContext): Iterable<F | GapFact>;
  /** Packages from surviving facts. Omit it when facts already are {@link FoundPackage}s: then each fact is one package. */
  assemble?(files: readonly FileFacts<F>[], ctx: AssembleContext): Iterable<Found>;
}

/** Which files a cataloger wants. Any rule that holds selects the file. Paths have no leading slash. */
export interface Selection {
  /** Exact file names, e.g. `package-lock.json`. */
  readonly basenames?: readonly string[];
  /** Path endings, tested on `/` + path, e.g. `.dist-info/METADATA`, `/lib/dpkg/status`. */
  readonly suffixes?: readonly string[];
  /** Path infixes: selects every regular file below, e.g. `/lib/dpkg/status.d/`. */
  readonly folders?: readonly string[];
  /** Regular files below an infix that also end so, e.g. `{ folder: '/lib/dpkg/info/', suffix: '.list' }`. */
  readonly within?: readonly { readonly folder: string; readonly suffix: string }[];
  /**
   * Executables by their first bytes. They are read through `file.source`, in a folder part by part: then `maxBytes` bounds what is
   * read of one, whatever its size. In a layer, which cannot be read twice, the whole file is kept up to `maxBytes`, and of a larger one
   * its head, its end and what follows the `marks`.
   */
  readonly magic?: 'executable';
  /** Bytes by which a program is recognised that is too large to be kept, as latin1 text. */
  readonly marks?: readonly string[];
  /** Files beyond this become a `file-too-large` gap. */
  readonly maxBytes: number;
  /** Sibling files (same folder, same layer) handed along in `file.companions`, e.g. `rpmdb.sqlite` → `rpmdb.sqlite-wal`. */
  readonly companions?: (basename: string) => readonly string[];
}

export interface WantedFile {
  /** Normalised, relative to the root, no leading slash. */
  readonly path: string;
  /** The whole file; empty for an executable with a `source`. */
  readonly bytes: Buffer;
  /**
   * An executable of which only parts are at hand. Reading others throws, and `extract` is called again from the start when they have
   * come: let the error pass.
   */
  readonly source?: ByteSource;
  /** Unix mode bits, 0 when unknown. */
  readonly mode: number;
  readonly companions?: ReadonlyMap<string, Buffer>;
}

export interface ExtractContext {
  readonly maxEntries: number;
}

/** A gap found while reading one file; travels beside the facts. */
export interface GapFact {
  readonly gap: Pick<Gap, 'code' | 'message'>;
}

export interface FileFacts<F> {
  readonly path: string;
  readonly layer?: string;
  readonly facts: readonly F[];
}

export interface AssembleContext {
  readonly distro: Distro | null;
  /** Distribution of a nested root file system (see {@link FoundPackage.root}); without it only the outermost is known. */
  readonly distroOf?: (root: string) => Distro | null;
  /** True when a regular file or link exists at the path on the squashed view (only paths that some cataloger selected are known). */
  readonly exists: (path: string) => boolean;
}

/** A package as a cataloger sees it; `inventory.ts` adds namespace, owner and purl. */
export interface FoundPackage extends Omit<PackageIdentity, 'namespace' | 'owner' | 'purl'> {
  readonly licenses?: readonly string[];
  readonly dev?: boolean;
  /**
   * Where the root file system of this package lies inside the target: `''` or absent for the outermost, else its path without
   * slashes at the ends (`mnt/rootfs`). An OS package belongs to the distribution of its own root.
   */
  readonly root?: string;
  /** Paths (no leading slash) that make this package's evidence; the first is shown. */
  readonly paths: readonly string[];
  readonly packageManager?: Evidence['packageManager'];
  readonly confidence?: Evidence['confidence'];
  /** Files this package installed (no leading slash), for ownership; OS packages and dist-info RECORDs. Not stored. */
  readonly owns?: readonly string[];
  /** Whose words count for `owns`: set by OS catalogers from the distribution. */
  readonly ownerClass?: OwnerClass;
}

export type Found = { readonly package: FoundPackage } | { readonly gap: Gap };
