import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Logger } from '@assay/core/context.ts';
import { type BodyBudget, readBody } from './body.ts';
import { ApiError, internalError, notBuiltYet, throttled, validationError } from './errors.ts';
import type { ServiceModel } from './model.ts';
import type { Authenticate, Principal, WireRequest } from './principal.ts';
import { type Call, createProtocol, type Protocol } from './protocol.ts';
import { isReadonly, type Notes, type Observer, redactor, senderOf } from './request-record.ts';
import type { WireAnswer } from './rest-json-write.ts';
import { splitTarget } from './sigv4/canonical.ts';
import { validate } from './validate.ts';

/** What every handler gets beside its input. */
export interface RequestContext {
  readonly principal: Principal;
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly now: () => number;
  readonly log: Logger;
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal;
}

// biome-ignore lint/suspicious/noExplicitAny: each handler has its own input; the model checks it before the call
export type AnyHandler = (input: any, context: RequestContext) => Promise<unknown>;

export interface GatewayService {
  readonly model: ServiceModel;
  /** By operation name; an operation of the model that is missing here answers `NAME is not built yet`. */
  readonly handlers: Readonly<Record<string, AnyHandler>>;
}

export interface GatewayOptions {
  readonly services: readonly GatewayService[];
  readonly authenticate: Authenticate;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  readonly newRequestId: () => string;
  /** Bytes; 1 MiB unless given. Operations of the model may set a larger one. */
  readonly bodyLimit?: number;
  /** Bytes of bodies held at the same time; 256 MiB unless given. */
  readonly bodyBudget?: number;
  /** Seconds that this caller has to wait; undefined lets it in. */
  readonly rateLimit?: (caller: string) => number | undefined;
  /** Turns an error of the domain into an API error; undefined means a bug, told as an internal error. */
  readonly mapError?: (error: unknown) => ApiError | undefined;
  /** Told of every request before its answer is sent, all at once. */
  readonly observers?: readonly Observer[];
  /** Milliseconds, monotonic; `now` unless given. */
  readonly elapsed?: () => number;
}

/** What the log line of a request says. */
export interface Outcome {
  readonly requestId: string;
  readonly status: number;
  readonly service?: string;
  readonly operation?: string;
  readonly account?: string;
  readonly via?: Principal['via'];
  readonly errorCode?: string;
}

export type Gateway = (request: IncomingMessage, response: ServerResponse, requestId?: string) => Promise<Outcome>;

const MIB = 1024 * 1024;

interface Run {
  readonly options: GatewayOptions;
  readonly protocols: ReadonlyMap<string, { readonly protocol: Protocol; readonly service: GatewayService }>;
  readonly budget: BodyBudget;
}

/** The API on a node:http server. Never rejects: whatever happens, the caller gets an answer of its protocol. */
export function createGateway(options: GatewayOptions): Gateway {
  const protocols = new Map(
    options.services.map((service) => [service.model.signingName, { service, protocol: createProtocol(service.model) }]),
  );
  const run: Run = { options, protocols, budget: { free: options.bodyBudget ?? 256 * MIB } };
  return async function gateway(request, response, requestId = options.newRequestId()) {
    const notes: Notes = {};
    const record = startRecord(run, { request, response, requestId }, notes);
    let answer: WireAnswer;
    try {
      answer = await serve(run, { request, response, requestId }, notes);
    } catch (error) {
      answer = refused(run, { request, response, requestId }, { notes, error });
    }
    try {
      await record(answer.status);
    } catch (error) {
      answer = refused(run, { request, response, requestId }, { notes, error });
    }
    send(response, answer, { requestId, drained: request.readableEnded || request.complete });
    const { service, operation, principal, errorCode } = notes;
    return {
      requestId,
      status: answer.status,
      ...(service === undefined ? {} : { service }),
      ...(operation === undefined ? {} : { operation }),
      ...(principal === undefined ? {} : { account: principal.account, via: principal.via }),
      ...(errorCode === undefined ? {} : { errorCode }),
    };
  };
}

/** Begins the record of a request; the result tells the observers how it ended. */
function startRecord({ options }: Run, { request, requestId }: Exchange, notes: Notes): (status: number) => Promise<void> {
  const { observers, elapsed = options.now } = options;
  if (observers === undefined || observers.length === 0) return async () => {};
  const at = options.now();
  const start = elapsed();
  const sender = senderOf(request);
  return async function finished(status) {
    const { service, operation, principal, errorCode, errorMessage } = notes;
    const { input = nothing, output = nothing, readonly = true } = notes;
    const known = { service, operation, readonly, principal, input, output, errorCode, errorMessage };
    const record = { requestId, at, duration: elapsed() - start, status, ...sender, ...known };
    await Promise.all(observers.map((observe) => observe(record)));
  };
}

const nothing = (): undefined => undefined;

function refused(run: Run, { request, requestId }: Exchange, { notes, error }: { readonly notes: Notes; readonly error: unknown }) {
  const known = toApiError(run.options, error, requestId);
  notes.errorCode = known.code;
  notes.errorMessage = known.message;
  return writeError(run, { request, requestId, service: notes.service }, known);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
}

async function serve(run: Run, exchange: Exchange, notes: Notes): Promise<WireAnswer> {
  const { request } = exchange;
  const { options } = run;
  const wire = wireRequest(request);
  const authentication = await options.authenticate(wire);
  const target = run.protocols.get(authentication.service);
  if (!target) {
    const names = [...run.protocols.keys()].join(', ');
    throw new ApiError('InvalidSignatureException', `The credential is scoped to no service of this endpoint; it serves ${names}`, {
      status: 403,
    });
  }
  // Not before it is one of ours: anybody may write anything into a credential scope, and the log keeps this.
  notes.service = authentication.service;
  const [path, query] = splitTarget(wire.target);
  const limit = target.protocol.bodyLimit(wire.method, path) ?? options.bodyLimit ?? MIB;
  const body = await readBody(request, limit, run.budget);
  try {
    const principal = authentication.verify(body);
    notes.principal = principal;
    const wait = options.rateLimit?.(principal.arn);
    if (wait !== undefined) throw throttled('Too many requests of this caller', wait);
    const call = target.protocol.findCall({ method: wire.method, path, query, headers: wire.headers, body: body.bytes });
    notes.operation = call.name;
    notes.readonly = isReadonly(call.name, call.operation);
    return await answer(run, { ...exchange, principal, notes, service: target.service }, call);
  } finally {
    body.release();
  }
}

interface Asked extends Exchange {
  readonly principal: Principal;
  readonly notes: Notes;
  readonly service: GatewayService;
}

async function answer({ options }: Run, { response, requestId, principal, notes, service }: Asked, call: Call): Promise<WireAnswer> {
  const handler = Object.hasOwn(service.handlers, call.name) ? service.handlers[call.name] : undefined;
  if (!handler) throw notBuiltYet(call.name);
  const input = readInput(service.model, call);
  notes.input = redactor(service.model, call.operation.input, input);
  const context: RequestContext = {
    principal,
    requestId,
    service: service.model.service,
    operation: call.name,
    now: options.now,
    log: options.log,
    signal: hangUpSignal(response),
  };
  const output = await handler(input, context);
  if (notes.readonly === false) notes.output = redactor(service.model, call.operation.output, output);
  return call.writeOutput(output, requestId);
}

function readInput(model: ServiceModel, call: Call): unknown {
  const input = call.readInput();
  const problems = call.operation.input ? validate(model, call.operation.input, input) : [];
  if (problems.length > 0) {
    throw validationError('FIELD_VALIDATION_FAILED', problems.map((problem) => `${problem.name} ${problem.message}`).join('; '), problems);
  }
  return input;
}

function wireRequest(request: IncomingMessage): WireRequest {
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    rawHeaders: request.rawHeaders,
    headers: request.headers,
    secure: (request.socket as TLSSocket).encrypted === true,
  };
}

function hangUpSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) controller.abort();
  });
  return controller.signal;
}

function toApiError(options: GatewayOptions, error: unknown, requestId: string): ApiError {
  const known = error instanceof ApiError ? error : options.mapError?.(error);
  if (known) return known;
  options.log.error('request failed', { requestId, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  return internalError(requestId, error);
}

interface ErrorPlace {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly service: string | undefined;
}

/** An error before the service is known is told in REST-JSON, or in XML when the scope already says so. */
function writeError(run: Run, { request, requestId, service }: ErrorPlace, error: ApiError): WireAnswer {
  const named = service ?? /Credential=[^/]+\/\d{8}\/[^/]+\/([a-z0-9-]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const { protocol } = run.protocols.get(named) ?? run.protocols.values().next().value!;
  try {
    return protocol.writeError(error, requestId);
  } catch (cause) {
    // Members that do not fit the modelled exception: a bug of ours, and still an answer.
    return protocol.writeError(toApiError(run.options, cause, requestId), requestId);
  }
}

function send(response: ServerResponse, answer: WireAnswer, facts: { readonly requestId: string; readonly drained: boolean }): void {
  if (response.headersSent || response.destroyed) return;
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body, 'utf8') : answer.body;
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': body.length,
    'x-amzn-requestid': facts.requestId,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // What the caller still sends of a refused body is not worth reading.
    ...(facts.drained ? {} : { connection: 'close' }),
  });
  response.end(body);
}
