import type { BuiltOperation } from './built-operations.ts';
import { type Choose, sampleInput } from './sample-input.ts';

const OPENVEX = JSON.stringify({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.com/vex-1',
  author: 'team',
  timestamp: '2026-11-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2026-1' },
      products: [{ '@id': 'pkg:npm/a@1.0.0' }],
      status: 'not_affected',
      justification: 'component_not_present',
    },
  ],
});

/** Inputs that the model alone cannot give, for operations that ask for more than it says. */
const RECIPES: Readonly<Record<string, (chosen: Choose) => unknown>> = {
  GetRunningHistory: (choose) => ({ resourceArn: choose('resourceArn') ?? 'arn' }),
  ScanSbom: () => ({ sbom: { bomFormat: 'CycloneDX', specVersion: '1.5', components: [] } }),
  PutDuePolicy: (choose) => ({ rules: [{ name: choose('name') ?? 'all', days: 30 }] }),
  PutOwnerRules: (choose) => ({ owners: [{ owner: choose('owner') ?? 'team', repository: '*' }] }),
  ImportVex: () => ({ document: OPENVEX }),
  CreateRegistry: (choose) => ({ name: choose('name') ?? 'registry', kind: 'oci', config: { url: 'registry.example.com' }, secret: 'a token' }),
  CreateCollector: (choose) => ({ name: choose('name') ?? 'collector', kind: 'push' }),
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
