import { fields, items, text } from '../../values.ts';

/** A port of a pod, as a Service leads to it. A name stands for another number in each pod. */
export interface Port {
  readonly protocol: string;
  readonly port: number | string;
}

/** Ports that a rule of a policy opens. */
export interface PortRange extends Port {
  /** The last one; means nothing beside a name. */
  readonly end: number;
}

/** Undefined: all of them. */
export function readPortRanges(ports: unknown): readonly PortRange[] | undefined {
  const found = items(ports).map(fields);
  if (found.length === 0) return undefined;
  return found.map((range) => {
    const port = portOf(range['port']);
    const protocol = text(range['protocol'], 20) || 'TCP';
    if (port === undefined) return { protocol, port: 0, end: 65_535 };
    return { protocol, port, end: Number.isInteger(range['endPort']) ? Number(range['endPort']) : Number(port) };
  });
}

/** A number or a name. */
export function portOf(value: unknown): number | string | undefined {
  if (Number.isInteger(value)) return Number(value);
  const name = text(value, 63);
  if (name === '') return undefined;
  return /^\d{1,5}$/.test(name) ? Number(name) : name;
}

/** False only when they certainly differ: what a name stands for is not known here. */
export function mayBe(port: Port | undefined, ranges: readonly PortRange[] | undefined): boolean {
  if (port === undefined || ranges === undefined) return true;
  return ranges.some((range) => {
    if (range.protocol !== port.protocol) return false;
    if (typeof range.port === 'string' || typeof port.port === 'string') return true;
    return port.port >= range.port && port.port <= range.end;
  });
}
