/**
 * A caller's mistake, or a refusal, as the API tells it. `code` is the name of the modelled exception
 * (`ResourceNotFoundException`); `members` are its members beside `message`.
 */
export class ApiError extends Error {
  readonly code: string;
  readonly members: Readonly<Record<string, unknown>>;
  /** For errors that no model holds; a model's own status wins. */
  readonly status: number;
  constructor(
    code: string,
    message: string,
    options: { members?: Readonly<Record<string, unknown>>; status?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ApiError';
    this.code = code;
    this.members = options.members ?? {};
    this.status = options.status ?? 400;
  }
}

/** One member of a request that is wrong: `name` is its path (`filterCriteria.severity[0].comparison`). */
export interface FieldProblem {
  readonly name: string;
  readonly message: string;
}

export type ValidationReason = 'CANNOT_PARSE' | 'FIELD_VALIDATION_FAILED' | 'UNSUPPORTED_SBOM_TYPE' | 'OTHER';

/** ValidationException 400. A client must not retry it. */
export function validationError(reason: ValidationReason, message: string, fields: readonly FieldProblem[] = []): ApiError {
  return new ApiError('ValidationException', message, { members: fields.length > 0 ? { reason, fields } : { reason } });
}

/** A handler's own check of one member, in the same form as the checks of the model. */
export function invalidField(name: string, message: string): ApiError {
  return validationError('FIELD_VALIDATION_FAILED', `${name}: ${message}`, [{ name, message }]);
}

export function notBuiltYet(operation: string): ApiError {
  return validationError('OTHER', `${operation} is not built yet`);
}

export function badRequest(message: string): ApiError {
  return new ApiError('BadRequestException', message);
}

export function accessDenied(message: string): ApiError {
  return new ApiError('AccessDeniedException', message, { status: 403 });
}

export function resourceNotFound(message: string): ApiError {
  return new ApiError('ResourceNotFoundException', message, { status: 404 });
}

export function conflict(message: string, resourceId: string, resourceType: string): ApiError {
  return new ApiError('ConflictException', message, { status: 409, members: { resourceId, resourceType } });
}

export function quotaExceeded(message: string, resourceId: string): ApiError {
  return new ApiError('ServiceQuotaExceededException', message, { status: 402, members: { resourceId } });
}

export function throttled(message: string, retryAfterSeconds: number): ApiError {
  return new ApiError('ThrottlingException', message, { status: 429, members: { retryAfterSeconds } });
}

/** What a caller may know of a bug: the request id, never the cause. */
export function internalError(requestId: string, cause: unknown): ApiError {
  return new ApiError('InternalServerException', `internal error; the server's log names request ${requestId}`, {
    status: 500,
    members: { retryAfterSeconds: 5, reason: 'OTHER' },
    cause,
  });
}
