import type { Distro } from '@assay/core/inventory.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import { ContentsBuilder, MAX_COMPONENTS, type SbomContents, type SbomContext } from '../sbom/contents.ts';
import { identityOfPurl } from '../sbom/identity.ts';
import { asArray, asObject, asText, type Members } from '../sbom/json.ts';
import { operatingSystem } from '../sbom/operating-system.ts';

/** Component types that are packages even without a purl; files, data, devices and the like are not. */
const PACKAGE_KINDS: ReadonlySet<string> = new Set(['application', 'framework', 'library', 'platform', 'firmware']);
const PATH_PROPERTIES: readonly string[] = [
  'syft:location:0:path',
  'amazon:inspector:sbom_generator:source_path',
  'aquasecurity:trivy:FilePath',
];
const LAYER_PROPERTIES: readonly string[] = [
  'syft:location:0:layerID',
  'amazon:inspector:sbom_generator:layer_diff_id',
  'aquasecurity:trivy:LayerDiffID',
];

/** Reads a CycloneDX JSON document of any 1.x version (https://cyclonedx.org/docs/1.6/json/). */
export function readCycloneDx(document: Members, ctx: SbomContext): SbomContents {
  const builder = new ContentsBuilder();
  const root = asObject(asObject(document['metadata'])['component']);
  const components = flatten(document, builder);
  const os = operatingSystemOf([root, ...components], ctx);
  let distro = os;
  for (const component of components) {
    if (component['type'] === 'operating-system') continue;
    distro = addComponent(component, { builder, os, ctx }) ?? distro;
  }
  const name = [asText(root['name']), asText(root['version'])].filter((part) => part !== '').join(':');
  return { format: `CycloneDX ${asText(document['specVersion'])}`, name, distro: os ?? distro, ...builder.finish() };
}

interface Reading {
  readonly builder: ContentsBuilder;
  readonly os: Distro | null;
  readonly ctx: SbomContext;
}

/** One component of a document, for whoever answers component by component. */
export interface CycloneDxComponent {
  /** `bom-ref`; empty where it has none. */
  readonly ref: string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** What advisories are asked for; undefined where there is no usable package URL. */
  readonly identity?: PackageIdentity;
  /** Where it was found, as the writer's tool says. */
  readonly path?: string;
}

/** Every component, nested ones too, in no particular order. */
export function* cycloneDxComponents(document: Members, ctx: SbomContext): Generator<CycloneDxComponent> {
  const root = asObject(asObject(document['metadata'])['component']);
  const components = flatten(document, new ContentsBuilder());
  const os = operatingSystemOf([root, ...components], ctx);
  for (const component of components) {
    const text = (member: string): string => asText(component[member]);
    const [type, version, purl] = [text('type'), text('version'), text('purl')];
    const result = purl === '' || type === 'operating-system' ? undefined : identityOfPurl(purl, version, { os, ctx });
    const path = propertyOf(asArray(component['properties']).map(asObject), PATH_PROPERTIES);
    yield {
      ...{ ref: text('bom-ref'), type, name: text('name'), version, purl },
      ...(result !== undefined && 'identity' in result ? { identity: result.identity } : {}),
      ...(path === undefined ? {} : { path }),
    };
  }
}

/** Returns the distribution that the component names, when it does. */
function addComponent(component: Members, { builder, os, ctx }: Reading): Distro | null {
  const label =
    [asText(component['name']), asText(component['version'])].filter((part) => part !== '').join(' ') || 'A component without name';
  const purl = asText(component['purl']);
  if (purl === '') {
    if (PACKAGE_KINDS.has(asText(component['type']))) builder.unsupported(label, 'it has no package URL');
    return null;
  }
  const result = identityOfPurl(purl, asText(component['version']), { os, ctx });
  if ('why' in result) {
    builder.unsupported(label, result.why);
    return null;
  }
  const properties = asArray(component['properties']).map(asObject);
  const layer = propertyOf(properties, LAYER_PROPERTIES);
  const licenses = licensesOf(component);
  builder.add({
    identity: result.identity,
    evidence: [{ cataloger: 'sbom', path: propertyOf(properties, PATH_PROPERTIES) ?? '', ...(layer === undefined ? {} : { layer }) }],
    ...(licenses.length === 0 ? {} : { licenses }),
  });
  return result.distro;
}

/** Nested components are components; the walk is iterative and bounded. */
function flatten(document: Members, builder: ContentsBuilder): Members[] {
  const out: Members[] = [];
  const waiting: (readonly unknown[])[] = [asArray(document['components'])];
  const root = asObject(asObject(document['metadata'])['component']);
  if (root['components'] !== undefined) waiting.push(asArray(root['components']));
  for (let list = waiting.pop(); list !== undefined; list = waiting.pop()) {
    for (const item of list) {
      if (out.length >= MAX_COMPONENTS) {
        builder.gap({ code: 'limit-reached', message: `Only the first ${MAX_COMPONENTS} components were read.` });
        return out;
      }
      const component = asObject(item);
      out.push(component);
      const nested = asArray(component['components']);
      if (nested.length > 0) waiting.push(nested);
    }
  }
  return out;
}

function operatingSystemOf(components: readonly Members[], ctx: SbomContext): Distro | null {
  const component = components.find((item) => item['type'] === 'operating-system' && asText(item['name']) !== '');
  if (component === undefined) return null;
  const properties = asArray(component['properties']).map(asObject);
  const id = propertyOf(properties, ['syft:distro:id']) ?? asText(component['name']);
  const version = propertyOf(properties, ['syft:distro:versionID']) ?? asText(component['version']);
  return ctx.resolveDistro(operatingSystem(id, version));
}

function propertyOf(properties: readonly Members[], names: readonly string[]): string | undefined {
  const found = properties.find((property) => names.includes(asText(property['name'])));
  return found === undefined || asText(found['value']) === '' ? undefined : asText(found['value']);
}

function licensesOf(component: Members): string[] {
  return asArray(component['licenses']).flatMap((entry) => {
    const { license, expression } = asObject(entry);
    const words = asText(expression) || asText(asObject(license)['id']) || asText(asObject(license)['name']);
    return words === '' ? [] : [words];
  });
}
