import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Gauges, gauge } from './metrics.ts';

interface Counted {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** This process and its database connections. */
export function processGauges(pools: Readonly<Record<string, Counted>>): Gauges & { stop(): void } {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const read: Gauges = async () => {
    const memory = process.memoryUsage();
    const cpu = process.cpuUsage();
    const late = delay.percentile(99) / 1e9;
    delay.reset();
    const one = (value: number) => [{ labels: {}, value }];
    const connections = Object.entries(pools).flatMap(([pool, { totalCount, idleCount, waitingCount }]) => [
      { labels: { pool, state: 'busy' }, value: totalCount - idleCount },
      { labels: { pool, state: 'idle' }, value: idleCount },
      { labels: { pool, state: 'waiting' }, value: waitingCount },
    ]);
    return [
      gauge('assay_database_connections', 'Connections by state; waiting ones are callers that wait for one.', connections),
      gauge('process_resident_memory_bytes', 'Resident memory.', one(memory.rss)),
      gauge('nodejs_heap_used_bytes', 'Used part of the JavaScript heap.', one(memory.heapUsed)),
      { name: 'process_cpu_seconds_total', about: 'User and system time.', kind: 'counter', samples: one((cpu.user + cpu.system) / 1e6) },
      gauge('nodejs_eventloop_delay_p99_seconds', 'Delay of the event loop since the last reading.', one(late)),
      gauge('process_uptime_seconds', 'Time since the process began.', one(process.uptime())),
    ];
  };
  return Object.assign(read, { stop: () => void delay.disable() });
}
