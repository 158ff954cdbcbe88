import { clusterKindOf } from '@assay/connectors/clusters.ts';
import { configProblems } from '@assay/connectors/config.ts';
import type { ClusterSource, SourceConfig } from '@assay/connectors/source.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { Arguments, Cli } from '../command.ts';
import { readConfig, readSecret } from './given-settings.ts';

export interface CollectorSettings {
  readonly kind: ClusterSource;
  readonly config: SourceConfig;
  readonly secret: string;
}

/** What to watch, as the command line says. AssayError `usage` naming everything that is wrong. */
export function readSettings(given: Arguments, cli: Cli): CollectorSettings {
  const id = given.value('kind') ?? '';
  const kind = clusterKindOf(id);
  if (kind === undefined) throw new AssayError('usage', `--kind ${id} is not known; see "assay collect --help".`);
  const config = readConfig(given);
  const file = given.value('secret-file');
  const text = file === undefined ? undefined : readSecret(cli, file);
  const problems = configProblems(kind, config, { text, kept: false });
  if (problems.length > 0) {
    const told = problems.map(({ field, message }) => `${optionOf(field)} ${message}`).join('; ');
    throw new AssayError('usage', `${told}; see docs/clusters.md.`);
  }
  return { kind, config, secret: text ?? '' };
}

function optionOf(field: string): string {
  return field === 'secret' ? '--secret-file' : `--set ${field.replace(/^config\./, '')}`;
}
