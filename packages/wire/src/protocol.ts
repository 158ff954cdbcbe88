import { ApiError } from './errors.ts';
import type { OperationModel, ServiceModel } from './model.ts';
import { readForm, readQuery, writeQuery, writeQueryError } from './query-protocol.ts';
import { type RestParts, readRestJson } from './rest-json-read.ts';
import { type WireAnswer, writeRestJson, writeRestJsonError } from './rest-json-write.ts';
import { createRouter } from './router.ts';

export interface HttpParts {
  readonly method: string;
  /** Raw path without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: RestParts['headers'];
  readonly body: Uint8Array;
}

/** One recognised operation of a request. */
export interface Call {
  readonly name: string;
  readonly operation: OperationModel;
  readonly readInput: () => Record<string, unknown>;
  readonly writeOutput: (output: unknown, requestId: string) => WireAnswer;
}

/** How one service speaks: the only place that knows REST-JSON from awsQuery. */
export interface Protocol {
  /** The operation's own limit in bytes, known before the body is read; undefined takes the gateway's. */
  readonly bodyLimit: (method: string, path: string) => number | undefined;
  /** Throws UnknownOperationException. */
  readonly findCall: (parts: HttpParts) => Call;
  readonly writeError: (error: ApiError, requestId: string) => WireAnswer;
}

export function createProtocol(model: ServiceModel): Protocol {
  return model.protocol === 'query' ? queryProtocol(model) : restJsonProtocol(model);
}

function restJsonProtocol(model: ServiceModel): Protocol {
  const route = createRouter(model);
  return {
    bodyLimit: (method, path) => route(method, path)?.operation.bodyLimit,
    findCall(parts) {
      const found = route(parts.method, parts.path);
      if (!found) throw unknownOperation(`${model.service} has no such operation`);
      const { name, operation, labels } = found;
      return {
        name,
        operation,
        readInput: () =>
          readRestJson(model, operation, { ...parts, labels, query: new URLSearchParams(parts.query.replaceAll('+', '%2B')) }),
        writeOutput: (output) => writeRestJson(model, operation, output),
      };
    },
    writeError: (error) => writeRestJsonError(model, error),
  };
}

function queryProtocol(model: ServiceModel): Protocol {
  return {
    bodyLimit: () => undefined,
    findCall(parts) {
      const form = readForm(parts.method, parts.query, parts.body);
      const name = form.get('Action') ?? '';
      const operation = Object.hasOwn(model.operations, name) ? model.operations[name] : undefined;
      if (!operation || parts.path !== '/') throw unknownOperation(`${model.service} has no such action here`);
      return {
        name,
        operation,
        readInput: () => readQuery(model, operation, form),
        writeOutput: (output, requestId) => writeQuery({ model, requestId }, { name, operation }, output),
      };
    },
    writeError: (error, requestId) =>
      writeQueryError({ model, requestId }, { code: QUERY_CODES[error.code] ?? error.code, message: error.message, status: error.status }),
  };
}

/** The Query protocol has names of its own for the common errors. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  IncompleteSignatureException: 'IncompleteSignature',
  InternalServerException: 'InternalFailure',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  ThrottlingException: 'Throttling',
  UnknownOperationException: 'InvalidAction',
  UnrecognizedClientException: 'InvalidClientTokenId',
  ValidationException: 'ValidationError',
};

function unknownOperation(message: string): ApiError {
  return new ApiError('UnknownOperationException', message, { status: 404 });
}
