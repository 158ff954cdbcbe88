import type { IncomingMessage } from 'node:http';
import type { OperationModel, ServiceModel } from './model.ts';
import type { Principal } from './principal.ts';
import { redact } from './redact.ts';

/** One finished request, before its answer is sent. What was not reached is undefined: a request without proof has no principal. */
export interface RequestRecord {
  readonly requestId: string;
  /** Milliseconds since the epoch, when the request came. */
  readonly at: number;
  /** Milliseconds until the answer was ready. */
  readonly duration: number;
  readonly service: string | undefined;
  readonly operation: string | undefined;
  /** The operation changes nothing; also true of a request whose operation is not known. */
  readonly readonly: boolean;
  readonly principal: Principal | undefined;
  readonly sourceAddress: string;
  readonly userAgent: string;
  /** The validated input without secrets, bounded; made on demand. Undefined when it was refused. */
  readonly input: () => unknown;
  /** What a changing operation answered, likewise. Undefined for one that only reads, and when it was refused. */
  readonly output: () => unknown;
  /** HTTP status of the answer. */
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
}

/**
 * Told of every request once, before its answer is sent. The answer waits for the promise; when it rejects, the caller gets an
 * internal error instead, so that what an observer must keep is kept of every answer.
 */
export type Observer = (record: RequestRecord) => void | Promise<void>;

/** What is known of a request so far. */
export interface Notes {
  service?: string;
  operation?: string;
  readonly?: boolean;
  principal?: Principal;
  input?: () => unknown;
  output?: () => unknown;
  errorCode?: string;
  errorMessage?: string;
}

const LONGEST_AGENT = 512;

export function senderOf(request: IncomingMessage): Pick<RequestRecord, 'sourceAddress' | 'userAgent'> {
  return {
    sourceAddress: request.socket.remoteAddress ?? '',
    userAgent: (request.headers['user-agent'] ?? '').slice(0, LONGEST_AGENT).replace(/[^\x20-\x7e]/g, '?'),
  };
}

/** Amazon marks few of its reading operations, and names all of them alike. */
export function isReadonly(name: string, operation: OperationModel): boolean {
  return operation.readonly === true || /^(?:BatchGet|Describe|Get|List|Scan|Search)[A-Z]/.test(name);
}

export function redactor(model: ServiceModel, shape: string | undefined, value: unknown): () => unknown {
  return () => (shape === undefined ? {} : redact(model, shape, value));
}
