/** The first statement of a backup. */
export interface BackupHeader {
  readonly assayBackup: 1;
  /** Of the program that wrote it. */
  readonly version: string;
  readonly at: string;
  /** The schema, by which migrations made it. */
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  /** Tells whether a master key opens the secrets inside, and nothing else about it. */
  readonly masterKey: string;
  /** How many places of consumers the numbers of transactions count, see `readPlaces`. */
  readonly places: number;
  /** Last numbers of the sequences, by name. */
  readonly sequences: Readonly<Record<string, number>>;
}

export type BackupSection =
  /** A file of the data directory; its bytes follow. */
  | { readonly section: 'file'; readonly path: string }
  /** Rows of a table in COPY's text form follow. */
  | { readonly section: 'table'; readonly name: string; readonly columns: readonly string[] }
  /** Whoever does not read this read half of it. */
  | { readonly section: 'end'; readonly tables: number; readonly files: number };

/** The only paths that a backup holds or a restore writes, below the data directory. */
export const BACKUP_PATH = /^(?:blobs\/[0-9a-f]{2}\/[0-9a-f]{62}|db\/(?:[0-9a-f]{64}\.assay(?:db|enr)|current)|master\.key)$/;
