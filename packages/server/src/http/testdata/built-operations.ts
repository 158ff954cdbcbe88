import { loadModel } from '@assay/wire/load-model.ts';
import type { OperationModel, ServiceModel } from '@assay/wire/model.ts';
import type { Role } from '@assay/wire/principal.ts';
import type { TestService } from './start-service.ts';
import { SERVICES } from '../../services/gateway.ts';

export interface BuiltOperation {
  readonly service: string;
  readonly name: string;
  readonly model: ServiceModel;
  readonly operation: OperationModel;
}

/** Every operation of every service that has a handler. */
export async function builtOperations(): Promise<BuiltOperation[]> {
  const names = Object.keys(SERVICES) as (keyof typeof SERVICES)[];
  const all = names.map(async (service) => {
    const model = await loadModel(service);
    return Object.keys(SERVICES[service]).map((name) => ({ service, name, model, operation: model.operations[name]! }));
  });
  return (await Promise.all(all)).flat();
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export type Caller = (built: BuiltOperation, input: unknown) => Promise<Answer>;

/** Calls with a bearer token, as the wire has it: nothing of a client of ours or of Amazon's in between. */
export async function callerFor(service: TestService, owner: { readonly account: number; readonly role: Role }): Promise<Caller> {
  const token = await service.tokens.create('bearer', { ...owner, name: `caller-${owner.role}` });
  return async ({ model, name, operation }, input) => {
    const members = model.shapes[operation.input ?? '']?.members ?? {};
    const values = Object.entries((input ?? {}) as Record<string, unknown>);
    const at = (location: string | undefined) => values.filter(([member]) => members[member]?.location === location);
    const query = new URLSearchParams(
      at('querystring').flatMap(([member, value]) =>
        [value].flat().map((one): [string, string] => [members[member]?.locationName ?? member, String(one)]),
      ),
    );
    const path = at('uri').reduce((uri, [member, value]) => uri.replace(`{${member}}`, encodeURIComponent(String(value))), operation.uri);
    const form = model.protocol === 'query';
    const body = form ? `Action=${name}&Version=${model.apiVersion}` : JSON.stringify(Object.fromEntries(at(undefined)));
    const answer = await fetch(`${service.server.address}${path}${query.size > 0 ? `?${query}` : ''}`, {
      method: operation.method,
      headers: {
        authorization: `Bearer ${token}`,
        'x-assay-service': model.signingName,
        'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
      },
      ...(operation.method === 'GET' ? {} : { body }),
    });
    return { status: answer.status, text: await answer.text() };
  };
}
