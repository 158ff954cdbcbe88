import { validationError } from './errors.ts';
import type { OperationModel, ServiceModel } from './model.ts';

export interface Route {
  readonly name: string;
  readonly operation: OperationModel;
  /** Decoded values of the path's labels. */
  readonly labels: ReadonlyMap<string, string>;
}

interface Entry {
  readonly name: string;
  readonly operation: OperationModel;
  readonly segments: readonly string[];
}

/**
 * Finds the operation of a method and a raw (still encoded) path. Labels take one segment each, so an ARN with an
 * encoded slash stays whole. Undefined when nothing matches; ValidationException when a label is not valid percent-encoding.
 */
export type Router = (method: string, rawPath: string) => Route | undefined;

export function createRouter(model: ServiceModel): Router {
  const byShape = new Map<string, Entry[]>();
  for (const [name, operation] of Object.entries(model.operations)) {
    const segments = operation.uri.split('?')[0]!.split('/').slice(1);
    const key = `${operation.method} ${segments.length}`;
    byShape.set(key, [...(byShape.get(key) ?? []), { name, operation, segments }]);
  }
  return function route(method, rawPath) {
    const segments = rawPath.split('/').slice(1);
    const entries = byShape.get(`${method} ${segments.length}`) ?? [];
    const entry = entries.find((candidate) =>
      candidate.segments.every((part, i) => (isLabel(part) ? segments[i] !== '' : part === segments[i])),
    );
    return entry && { name: entry.name, operation: entry.operation, labels: readLabels(entry.segments, segments) };
  };
}

function isLabel(segment: string): boolean {
  return segment.startsWith('{');
}

function readLabels(template: readonly string[], segments: readonly string[]): Map<string, string> {
  const labels = new Map<string, string>();
  template.forEach((part, i) => {
    if (!isLabel(part)) return;
    const name = part.slice(1, -1);
    try {
      labels.set(name, decodeURIComponent(segments[i]!));
    } catch {
      throw validationError('CANNOT_PARSE', `${name} is not valid percent-encoding`, [{ name, message: 'is not valid percent-encoding' }]);
    }
  });
  return labels;
}
