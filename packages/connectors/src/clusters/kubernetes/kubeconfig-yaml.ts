import { parse } from 'yaml';

/** Loaded at its first use, as a module of ours: what is imported by name out of CommonJS at run time is lost when the program is bundled. */
export function parseKubeconfig(text: string): unknown {
  return parse(text, { maxAliasCount: 20, logLevel: 'error' });
}
