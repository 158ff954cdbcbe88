import type { BuiltOperation } from './built-operations.ts';
import { type Choose, sampleInput } from './sample-input.ts';

/** Inputs that the model alone cannot give, for operations that ask for more than it says. */
const RECIPES: Readonly<Record<string, (chosen: Choose) => unknown>> = {
  ScanSbom: () => ({ sbom: { bomFormat: 'CycloneDX', specVersion: '1.5', components: [] } }),
  PutDuePolicy: (choose) => ({ rules: [{ name: choose('name') ?? 'all', days: 30 }] }),
  PutOwnerRules: (choose) => ({ owners: [{ owner: choose('owner') ?? 'team', repository: '*' }] }),
  CreateSink: (choose) => ({ name: choose('name') ?? 'sink', kind: 'webhook', config: { url: 'https://example.com/' }, secret: 'a secret of 16 letters' }),
};

/** Members for which the model takes more than the service does. */
const PLACES: Readonly<Record<string, string>> = { bucketName: 'assay-exports' };

/** A valid input of the operation. */
export function recipeOf({ name, model, operation }: BuiltOperation, choose: Choose = () => undefined): unknown {
  const recipe = RECIPES[name];
  if (recipe !== undefined) return recipe(choose);
  return operation.input === undefined ? {} : sampleInput(model, operation.input, (member) => choose(member) ?? PLACES[member]);
}
