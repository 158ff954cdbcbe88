import { validationError } from './errors.ts';
import { type OperationModel, type ServiceModel, type Shape, shapeOf } from './model.ts';
import type { WireAnswer } from './rest-json-write.ts';
import { isUnreadable, readTextScalar } from './scalars.ts';

/** The form of an awsQuery request: the body of a POST, or the query string of a GET. */
export function readForm(method: string, query: string, body: Uint8Array): URLSearchParams {
  return new URLSearchParams(method === 'GET' ? query : Buffer.from(body).toString('utf8'));
}

/** awsQuery input. Scalars only: no operation that we serve over this protocol takes a list or a structure. */
export function readQuery(model: ServiceModel, operation: OperationModel, form: URLSearchParams): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  if (!operation.input) return input;
  for (const [name, member] of Object.entries(shapeOf(model, operation.input).members ?? {})) {
    const text = form.get(member.locationName ?? name);
    if (text === null) continue;
    const value = readTextScalar(shapeOf(model, member.shape), text);
    if (isUnreadable(value)) throw validationError('CANNOT_PARSE', `${name} ${value.unreadable}`, [{ name, message: value.unreadable }]);
    input[name] = value;
  }
  return input;
}

export interface QueryAnswerContext {
  readonly model: ServiceModel;
  readonly requestId: string;
}

export function writeQuery(
  context: QueryAnswerContext,
  call: { readonly name: string; readonly operation: OperationModel },
  output: unknown,
): WireAnswer {
  const { model, requestId } = context;
  const shape: Shape = call.operation.output ? shapeOf(model, call.operation.output) : { type: 'structure' };
  const given = (output ?? {}) as Record<string, unknown>;
  const inner = Object.entries(shape.members ?? {}).map(([name, member]) => element(member.locationName ?? name, given[name]));
  const wrapper = call.operation.resultWrapper ?? `${call.name}Result`;
  const body = `<${wrapper}>${inner.join('')}</${wrapper}><ResponseMetadata>${element('RequestId', requestId)}</ResponseMetadata>`;
  return xml(call.operation.status, `<${call.name}Response xmlns="${escapeXml(model.xmlNamespace ?? '')}">${body}</${call.name}Response>`);
}

export function writeQueryError(
  context: QueryAnswerContext,
  error: { readonly code: string; readonly message: string; readonly status: number },
): WireAnswer {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const inner = element('Type', type) + element('Code', error.code) + element('Message', error.message);
  const namespace = escapeXml(context.model.xmlNamespace ?? '');
  return xml(
    error.status,
    `<ErrorResponse xmlns="${namespace}"><Error>${inner}</Error>${element('RequestId', context.requestId)}</ErrorResponse>`,
  );
}

function xml(status: number, text: string): WireAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body: text };
}

function element(name: string, value: unknown): string {
  return value === undefined || value === null ? '' : `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** XML 1.0 cannot hold most control characters even escaped, so they are dropped. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
