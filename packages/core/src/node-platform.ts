import { architectureName } from './platform.ts';

/** `os/arch` or `os/arch/variant`, as Kubernetes nodes, image indexes and runtimes write it. */
interface Parts {
  readonly os: string;
  readonly arch: string;
  /** 0: none was named and none is usual. */
  readonly level: number;
}

/** What a missing variant means. */
const USUAL: Readonly<Record<string, number>> = { arm64: 8, arm: 7, amd64: 1 };

function partsOf(platform: string): Parts {
  const [os = '', name = '', given] = platform.toLowerCase().split('/');
  const [arch = '', known = ''] = architectureName(name).split('/');
  const level = Number.parseFloat((given ?? known).replace(/^v/, ''));
  return { os, arch, level: Number.isFinite(level) ? level : (USUAL[arch] ?? 0) };
}

/**
 * Those of an index's platforms that a node of `node` takes: same system and architecture, and of its variants the highest that it can
 * run. Several when the index tells them apart by something else (the version of Windows), none when nothing fits or `node` is unknown.
 */
export function platformsFor<T extends { readonly platform: string }>(node: string, offered: readonly T[]): readonly T[] {
  const { os, arch, level } = partsOf(node);
  if (os === '' || arch === '') return [];
  const fitting = offered
    .map((one) => ({ one, parts: partsOf(one.platform) }))
    .filter(({ parts }) => parts.os === os && parts.arch === arch && parts.level <= level);
  const best = Math.max(...fitting.map(({ parts }) => parts.level));
  return fitting.filter(({ parts }) => parts.level === best).map(({ one }) => one);
}
