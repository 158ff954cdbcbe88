import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** What the numbers were measured on, without saying where. */
export function machineClass(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${availableParallelism()} cores (${model}), ${memory} memory, Linux ${release().split('-')[0]}, Node.js ${process.versions.node}, PostgreSQL 18 (embedded)`;
}
