import { type DeliveryDependencies, deliverAll } from './delivery.ts';

/** Sends events to sinks for as long as the service runs: a round every `pollMs`, one at a time. */
export function startDelivery(deps: DeliveryDependencies, pollMs = 2_000): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const signal = deps.ctx.signal === undefined ? stopping.signal : AbortSignal.any([deps.ctx.signal, stopping.signal]);
  let wake = (): void => {};
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await deliverAll({ ...deps, ctx: { ...deps.ctx, signal } });
      } catch (error) {
        deps.ctx.log.warn('events could not be delivered', { error: (error as Error).message });
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      wake();
      await running;
    },
  };
}
