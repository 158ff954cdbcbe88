/** The frozen form of a service model: what `models/<service>.json` holds. Made by `tools/freeze-model.ts` of this package, or by hand for our own service. */
export interface ServiceModel {
  readonly service: string;
  /** The service name inside a SigV4 credential scope. */
  readonly signingName: string;
  readonly apiVersion: string;
  readonly protocol: 'rest-json' | 'query';
  readonly xmlNamespace?: string;
  /** Members that the model does not know are refused: a mistyped limit of a rule must not make a wider one. Amazon's services ignore them. */
  readonly strict?: boolean;
  readonly source: string;
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

export interface OperationModel {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** Path template such as `/tags/{resourceArn}`. */
  readonly uri: string;
  /** HTTP status of success. */
  readonly status: number;
  readonly input?: string;
  readonly output?: string;
  readonly resultWrapper?: string;
  readonly errors: readonly string[];
  readonly idempotent?: boolean;
  readonly readonly?: boolean;
  /** Largest request body in bytes, where the gateway's default is too small. */
  readonly bodyLimit?: number;
  readonly page?: { readonly input: string; readonly output: string; readonly limit?: string; readonly result: string };
}

export type ShapeType =
  | 'structure'
  | 'list'
  | 'map'
  | 'string'
  | 'integer'
  | 'long'
  | 'double'
  | 'float'
  | 'boolean'
  | 'timestamp'
  | 'blob';

export interface Shape {
  readonly type: ShapeType;
  readonly members?: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  /** The member that is the whole body. */
  readonly payload?: string;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Words that clients are known to send for those of `enum`. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly union?: boolean;
  /** Free JSON, passed through as it is. */
  readonly document?: boolean;
  readonly sensitive?: boolean;
  readonly timestampFormat?: 'iso8601' | 'unixTimestamp' | 'rfc822';
  readonly error?: { readonly status: number };
  readonly fault?: boolean;
  readonly retryable?: 'throttling' | 'transient';
}

export interface Member {
  readonly shape: string;
  readonly location?: 'uri' | 'querystring' | 'header';
  readonly locationName?: string;
  readonly idempotencyToken?: boolean;
  readonly timestampFormat?: Shape['timestampFormat'];
}

/** Shapes are checked to be closed when a model is loaded, so a missing one is a bug. */
export function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes[name];
  if (!shape) throw new Error(`shape ${name} is missing in the model of ${model.service}`);
  return shape;
}
