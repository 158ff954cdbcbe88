import { join } from 'node:path';
import { estateSize } from '../estate/build.ts';
import type { BenchContext, Shape } from '../part.ts';
import { type BenchService, startService } from '../service.ts';

let running: Promise<BenchService> | undefined;

/** The service with its estate, started by the first part that needs it. */
export function estateService(ctx: BenchContext): Promise<BenchService> {
  running ??= startService(join(ctx.cache, `estate-${ctx.scale}`), estateSize(ctx.scale));
  return running;
}

export async function stopEstate(): Promise<void> {
  await (await running)?.stop();
}

export function accountsOf(ctx: BenchContext): number[] {
  return Array.from({ length: estateSize(ctx.scale).accounts }, (_, n) => n + 1);
}

/** What the estate claims, counted. The small one has fewer packages and layers. */
export function estateShapes({ facts }: BenchService, ctx: BenchContext): Shape[] {
  const [packages, layers] = ctx.small ? [7_500, 3_500] : [50_000, 30_000];
  const resources = facts.images + facts.hosts;
  const open = facts.open / facts.findings;
  const n = (value: number): string => value.toLocaleString('en');
  return [
    {
      name: 'the estate is honest',
      holds:
        facts.distinctPackages >= packages &&
        facts.distinctLayers >= layers &&
        facts.distinctInventories === resources &&
        Math.abs(open - 0.5) < 0.02,
      detail: `${n(facts.images)} images and ${n(facts.hosts)} hosts, no two equal; ${n(facts.distinctPackages)} package versions, ${n(facts.distinctLayers)} layers; ${n(facts.findings)} findings, ${(open * 100).toFixed(0)} % open`,
    },
  ];
}
