import { configProblems } from '@assay/connectors/config.ts';
import type { ClusterSource, SourceConfig, SourceContext } from '@assay/connectors/source.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { ClusterReport, RunningImage } from '@assay/core/running.ts';
import { runningKey } from '@assay/core/running-report.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { sourceContext } from './source-context.ts';

/** A scripted outside world in which at least one thing runs. */
export interface ClusterWorld {
  readonly config: SourceConfig;
  readonly context: Partial<SourceContext>;
  /** From now on every request is answered so. */
  answer(reply: { readonly status: number; readonly body: Buffer }): void;
  /** Starts another unit of another image. */
  start(): void;
  close(): Promise<void>;
}

const worlds: ClusterWorld[] = [];

/** Reports until `enough`, then the signal; all that was told. @throws what the source throws. */
export async function watchUntil(
  source: ClusterSource,
  world: Pick<ClusterWorld, 'config' | 'context'>,
  enough: (reports: readonly ClusterReport[]) => boolean,
): Promise<ClusterReport[]> {
  const stop = new AbortController();
  const reports: ClusterReport[] = [];
  for await (const report of source.watch(world.config, sourceContext({ ...world.context, signal: stop.signal }))) {
    // Snapshots may be read once only.
    reports.push(report.kind === 'snapshot' ? { ...report, images: [...report.images] } : report);
    if (enough(reports)) stop.abort();
  }
  return reports;
}

/** Rows as a service would hold them after these reports, by key. */
export function rowsOf(reports: readonly ClusterReport[]): Map<string, RunningImage> {
  const rows = new Map<string, RunningImage>();
  for (const report of reports) {
    const before = `${report.cluster.provider} ${report.cluster.uid} `;
    if (report.kind === 'snapshot') for (const key of rows.keys()) if (key.startsWith(before)) rows.delete(key);
    if (report.kind !== 'health') for (const image of report.images) rows.set(before + runningKey(image), image);
  }
  return rows;
}

const inUse = (reports: readonly ClusterReport[]): number => [...rowsOf(reports).values()].reduce((sum, { running }) => sum + running, 0);
const isWhole = (reports: readonly ClusterReport[]): boolean =>
  reports.some(({ kind }) => kind === 'snapshot') && reports.at(-1)?.kind === 'health';

/** What holds for every kind of place where containers run. */
export function clusterConformance(source: ClusterSource, open: () => Promise<ClusterWorld>): void {
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });
  const world = async (): Promise<ClusterWorld> => {
    const opened = await open();
    worlds.push(opened);
    return opened;
  };

  describe(`the source ${source.id}`, () => {
    it('checks its settings and names what is wrong', async () => {
      const { config, context } = await world();
      const secret = { text: context.secret, kept: false };
      expect(configProblems(source, config, secret)).toEqual([]);
      expect(configProblems(source, { ...config, unknownMember: 'x' }, secret).map(({ field }) => field)).toEqual(['config.unknownMember']);
      for (const [name, field] of Object.entries(source.config)) {
        expect(field.about).not.toBe('');
        if (field.required !== true) continue;
        const { [name]: _, ...rest } = config;
        expect(configProblems(source, rest, secret).map((problem) => problem.field)).toEqual([`config.${name}`]);
      }
      expect(source.permissions.length).toBeGreaterThan(0);
    });

    it('tells each cluster whole before anything else, and the same when asked again', async () => {
      const there = await world();
      const first = await watchUntil(source, there, isWhole);
      const whole = new Set<string>();
      for (const { kind, cluster } of first) {
        if (kind === 'snapshot') whole.add(cluster.uid);
        else if (kind === 'change') expect(whole).toContain(cluster.uid);
      }
      expect(inUse(first)).toBeGreaterThan(0);
      for (const image of rowsOf(first).values()) {
        expect(image.lastSeen).toBeGreaterThan(0);
        expect(image.lastSeen).toBeLessThanOrEqual(Date.now());
        expect(`${image.image}${image.imageId}`).not.toBe('');
      }
      const settled = (reports: readonly ClusterReport[]) =>
        [...rowsOf(reports)].map(([key, { lastSeen: _, ...row }]) => [key, row]).sort();
      expect(settled(await watchUntil(source, there, isWhole))).toEqual(settled(first));
    });

    it('tells what starts', async () => {
      const there = await world();
      let before: number | undefined;
      const reports = await watchUntil(source, there, (told) => {
        if (before === undefined && isWhole(told)) {
          before = inUse(told);
          there.start();
        }
        return before !== undefined && inUse(told) > before;
      });
      expect(inUse(reports)).toBe(before! + 1);
    });

    it('ends with the signal', async () => {
      const there = await world();
      const reports = await watchUntil(source, there, ({ length }) => length > 0);
      expect(reports.length).toBeGreaterThan(0);
      const late = sourceContext({ ...there.context, signal: AbortSignal.abort() });
      const told: ClusterReport[] = [];
      const ended = (async () => {
        for await (const report of source.watch(there.config, late)) told.push(report);
      })();
      await ended.catch((error: unknown) => expect(error).toBeInstanceOf(AssayError));
      expect(told).toEqual([]);
    });

    it.each(HOSTILE)('stays whole when it is answered with $what', async ({ status, body }) => {
      const there = await world();
      there.answer({ status, body });
      const ended = await watchUntil(source, there, isWhole).catch((error: unknown) => error);
      if (ended instanceof Error) {
        expect(ended).toBeInstanceOf(AssayError);
        expect(ended.message).toMatch(/^\S.{10,400}[.;)]$/s);
      } else expect(inUse(ended as ClusterReport[])).toBe(0);
    });
  });
}

const HOSTILE = [
  { what: 'a refusal', status: 403, body: '{"message":"no"}' },
  { what: 'an error', status: 500, body: 'oops' },
  { what: 'nothing', status: 200, body: '' },
  { what: 'half an object', status: 200, body: '{"Items": [' },
  { what: 'null', status: 200, body: 'null' },
  { what: 'numbers', status: 200, body: '[1, 2, 3]' },
  { what: 'members of wrong types', status: 200, body: '[{"Id": 7, "ID": [], "Image": {}, "Config": "x", "State": 1}]' },
  { what: 'a deep nest', status: 200, body: `${'['.repeat(200_000)}${']'.repeat(200_000)}` },
  { what: 'noise', status: 200, body: '\0\u0001\xff'.repeat(5000) },
].map(({ body, ...rest }) => ({ ...rest, body: Buffer.from(body, 'latin1') }));
