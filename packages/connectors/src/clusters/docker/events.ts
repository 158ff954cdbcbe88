import { fields, text } from '../values.ts';
import type { Hint } from '../watch-units.ts';
import type { DockerApi } from './api.ts';

/** Actions after which a container is another; `exec`, `health_status`, `top` and the like are not. */
const CHANGES: ReadonlySet<string> = new Set(['start', 'restart', 'die', 'died', 'stop', 'destroy', 'remove', 'rename']);
/** The daemon's clock may be a little behind ours. */
const OVERLAP_S = 5;

/** Tells of containers that changed since then, until the stream ends. */
export async function dockerEvents(
  api: DockerApi,
  { tell, signal, since }: { readonly tell: (hint: Hint) => void; readonly signal: AbortSignal; readonly since: number },
): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ type: ['container'] }));
  const from = Math.floor(since / 1000) - OVERLAP_S;
  for await (const event of api.stream(`/events?since=${from}&filters=${filters}`, signal)) {
    const { Action, Actor, time, timeNano } = fields(event);
    const { ID, Attributes } = fields(Actor);
    const id = text(ID);
    if (!CHANGES.has(text(Action)) || id === '') continue;
    const at = Number(timeNano) / 1e6 || Number(time) * 1000;
    tell({ id, at: Number.isFinite(at) && at > 0 ? Math.floor(at) : since, about: Attributes });
  }
}
