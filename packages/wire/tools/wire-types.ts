/**
 * Writes the TypeScript types of our own service from its frozen model: `node packages/wire/tools/wire-types.ts`
 * rewrites `src/assay-types.ts`. A test fails when file and model differ.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { assayModel } from '../src/assay-model.ts';
import type { Member, ServiceModel, Shape } from '../src/model.ts';

export const TYPES_FILE = new URL('../src/assay-types.ts', import.meta.url);

export function assayTypes(): string {
  const model = assayModel();
  const interfaces = Object.entries(model.shapes)
    .filter(([, shape]) => shape.type === 'structure' && !shape.error && !shape.document)
    .map(([name, shape]) => interfaceText(model, { name, shape }));
  const operations = Object.entries(model.operations).map(
    ([name, o]) => `  readonly ${name}: { readonly input: ${o.input}; readonly output: ${o.output} };`,
  );
  return [
    '/** Made by tools/wire-types.ts from models/assay/: change the model and run `node packages/wire/tools/wire-types.ts`. */',
    `export interface AssayOperations {\n${operations.join('\n')}\n}`,
    ...interfaces,
  ]
    .join('\n\n')
    .concat('\n');
}

function interfaceText(model: ServiceModel, { name, shape }: { name: string; shape: Shape }): string {
  const members = Object.entries(shape.members ?? {}).map(([member, target]) => memberText(model, { member, target, shape }));
  return members.length === 0 ? `export type ${name} = Record<string, never>;` : `export interface ${name} {\n${members.join('\n')}\n}`;
}

function memberText(model: ServiceModel, { member, target, shape }: { member: string; target: Member; shape: Shape }): string {
  const type = typeText(model, target.shape);
  return shape.required?.includes(member) ? `  readonly ${member}: ${type};` : `  readonly ${member}?: ${type} | undefined;`;
}

function typeText(model: ServiceModel, name: string): string {
  const shape = model.shapes[name]!;
  switch (shape.type) {
    case 'structure':
      return shape.document ? 'unknown' : name;
    case 'list':
      return listText(typeText(model, shape.member!));
    case 'map':
      return `Readonly<Record<string, ${typeText(model, shape.value!)}>>`;
    case 'string':
      return shape.enum ? shape.enum.map((value) => `'${value}'`).join(' | ') : 'string';
    case 'boolean':
      return 'boolean';
    case 'timestamp':
      return 'Date';
    case 'blob':
      return 'Uint8Array';
    default:
      return 'number';
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(TYPES_FILE, assayTypes());

function listText(member: string): string {
  return member.includes(' | ') ? `readonly (${member})[]` : `readonly ${member}[]`;
}
