import type * as Inspector2 from '@aws-sdk/client-inspector2';
import type * as Sts from '@aws-sdk/client-sts';
import type { AssayOperations } from './assay-types.ts';
import type { RequestContext } from './gateway.ts';

type CommandName<Sdk> = { [K in keyof Sdk]: K extends `${infer Name}Command` ? Name : never }[keyof Sdk];
type InputOf<C> = C extends abstract new (...args: never) => { readonly input: infer I } ? I : never;
type OutputOf<C> = C extends abstract new (
  ...args: never
) => { resolveMiddleware(...args: never): (...args: never) => Promise<{ output: infer O }> }
  ? Omit<O, '$metadata'>
  : never;

export type Inspector2Operation = Exclude<CommandName<typeof Inspector2>, '$'>;
export type StsOperation = 'GetCallerIdentity';
export type AssayOperation = keyof AssayOperations;

/** `In<'ListFindings'>`: what a handler gets, already checked against every constraint of the model. */
export type In<Name extends Inspector2Operation> = InputOf<(typeof Inspector2)[`${Name}Command`]>;
export type Out<Name extends Inspector2Operation> = OutputOf<(typeof Inspector2)[`${Name}Command`]>;
export type StsIn<Name extends StsOperation> = InputOf<(typeof Sts)[`${Name}Command`]>;
export type StsOut<Name extends StsOperation> = OutputOf<(typeof Sts)[`${Name}Command`]>;
export type AssayIn<Name extends AssayOperation> = AssayOperations[Name]['input'];
export type AssayOut<Name extends AssayOperation> = AssayOperations[Name]['output'];

/** The SDK of `inspector-scan` is no dependency: it has one operation, whose documents have no shape. */
export interface ScanSbomInput {
  readonly sbom: unknown;
  readonly outputFormat?: 'CYCLONE_DX_1_5' | 'INSPECTOR' | 'INSPECTOR_ALT';
}
export interface ScanSbomOutput {
  readonly sbom: Readonly<Record<string, unknown>>;
}

/** Handlers of a service: any operation may be missing (`NAME is not built yet`), none may be unknown. */
export type Inspector2Handlers<C = RequestContext> = {
  readonly [Name in Inspector2Operation]?: (input: In<Name>, context: C) => Promise<Out<Name>>;
};
export type StsHandlers<C = RequestContext> = {
  readonly [Name in StsOperation]?: (input: StsIn<Name>, context: C) => Promise<StsOut<Name>>;
};
export type InspectorScanHandlers<C = RequestContext> = {
  readonly ScanSbom?: (input: ScanSbomInput, context: C) => Promise<ScanSbomOutput>;
};
export type AssayHandlers<C = RequestContext> = {
  readonly [Name in AssayOperation]?: (input: AssayIn<Name>, context: C) => Promise<AssayOut<Name>>;
};
