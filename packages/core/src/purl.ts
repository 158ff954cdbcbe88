/**
 * Package URLs (https://github.com/package-url/purl-spec): `pkg:type/namespace/name@version?qualifiers#subpath`.
 * The rules of types that only spell things differently are in {@link TYPE_RULES}.
 */
export interface Purl {
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  /** In key order; keys in lower case. */
  readonly qualifiers?: Readonly<Record<string, string>>;
  readonly subpath?: string;
}

type Parts = { -readonly [Key in keyof Purl]: Purl[Key] };
interface TypeRule {
  /** Parts without regard to case. */
  readonly lower?: readonly ('namespace' | 'name' | 'version')[];
  readonly spellName?: (name: string, parts: Parts) => string;
  /** False when the parts are no package of the type. */
  readonly check?: (parts: Parts) => boolean;
}

const MAX_LENGTH = 8192;
const lowerBoth: TypeRule = { lower: ['namespace', 'name'] };
const hasNamespace = (parts: Parts) => parts.namespace !== undefined;
const hasNoNamespace = (parts: Parts) => parts.namespace === undefined;

const TYPE_RULES: Readonly<Record<string, TypeRule>> = {
  alpm: lowerBoth,
  apk: lowerBoth,
  bitbucket: lowerBoth,
  bitnami: { lower: ['name'] },
  brew: lowerBoth,
  'chrome-extension': {
    lower: ['name'],
    check: ({ name, version }) => /^[a-p]{32}$/.test(name) && /^[0-9]+(\.[0-9]+){0,3}$/.test(version ?? '0'),
  },
  composer: lowerBoth,
  cpan: { check: ({ name, namespace = '' }) => !name.includes('::') && namespace === namespace.toUpperCase() },
  deb: lowerBoth,
  github: lowerBoth,
  hex: lowerBoth,
  huggingface: { lower: ['version'] },
  julia: { check: (parts) => parts.qualifiers?.['uuid'] !== undefined },
  luarocks: lowerBoth,
  mlflow: {
    spellName: (name, parts) => (parts.qualifiers?.['repository_url']?.includes('azuredatabricks') ? name.toLowerCase() : name),
  },
  oci: { lower: ['name', 'version'] },
  otp: { lower: ['name'], check: hasNoNamespace },
  pub: { lower: ['name'], spellName: (name) => name.replace(/[^a-z0-9]/g, '_') },
  pypi: { lower: ['name', 'version'], spellName: (name) => name.replaceAll('_', '-') },
  qpkg: { lower: ['namespace'] },
  rpm: { lower: ['namespace'] },
  swift: { check: hasNamespace },
  vcpkg: { check: hasNoNamespace },
  'vscode-extension': { lower: ['namespace', 'name', 'version'], check: hasNamespace },
  yocto: { lower: ['namespace'] },
};

/** The parts of a purl in canonical spelling, or undefined when it is none. */
export function parsePurl(text: string): Purl | undefined {
  if (text.length > MAX_LENGTH || !/^pkg:/i.test(text)) return undefined;
  let rest = text.slice(4).replace(/^\/+/, '');
  const [beforeSubpath, subpath] = cutLast(rest, '#');
  const [beforeQualifiers, query] = cutLast(beforeSubpath, '?');
  const slash = beforeQualifiers.indexOf('/');
  if (slash < 0) return undefined;
  const type = beforeQualifiers.slice(0, slash);
  rest = beforeQualifiers.slice(slash + 1).replace(/^\/+|\/+$/g, '');
  // A scope may be written with a bare `@` (`@angular/core`): that one starts no version.
  const last = rest.lastIndexOf('@');
  const at = (last === 0 || rest[last - 1] === '/') && rest.indexOf('/', last) > 0 ? -1 : last;
  if (at === 0 || rest[at - 1] === '/') return undefined;
  const version = at < 0 ? undefined : decode(rest.slice(at + 1));
  const path = (at < 0 ? rest : rest.slice(0, at))
    .replace(/\/+$/, '')
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
  const name = path.pop();
  const qualifiers = parseQualifiers(query);
  const sub = subpath === undefined ? undefined : decode(subpath);
  if (name === undefined || path.includes(undefined) || qualifiers === undefined) return undefined;
  if ((at >= 0 && version === undefined) || (subpath !== undefined && sub === undefined)) return undefined;
  return canonical({ type, name, namespace: path.join('/'), version: version ?? '', qualifiers, subpath: sub ?? '' });
}

/** The canonical text; throws on parts that no purl can hold, which is a bug of the caller: check foreign parts with {@link canonicalPurl}. */
export function formatPurl(parts: PurlInput): string {
  const purl = canonical(parts);
  if (purl === undefined) throw new TypeError(`no purl of type ${JSON.stringify(parts.type)} and name ${JSON.stringify(parts.name)}`);
  const path = purl.namespace === undefined ? [] : purl.namespace.split('/');
  let text = `pkg:${purl.type}/${[...path, purl.name].map(encode).join('/')}`;
  if (purl.version !== undefined) text += `@${encode(purl.version)}`;
  const query = Object.entries(purl.qualifiers ?? {}).map(([key, value]) => `${key}=${encode(value)}`);
  if (query.length > 0) text += `?${query.join('&')}`;
  return purl.subpath === undefined ? text : `${text}#${purl.subpath.split('/').map(encode).join('/')}`;
}

/** Empty strings, null and undefined all mean "absent". */
export interface PurlInput {
  readonly type?: string | null | undefined;
  readonly namespace?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly version?: string | null | undefined;
  readonly qualifiers?: Readonly<Record<string, string | null | undefined>> | null | undefined;
  readonly subpath?: string | null | undefined;
}

/** Parts in canonical spelling, or undefined when they make no purl. */
export function canonicalPurl(parts: PurlInput): Purl | undefined {
  return canonical(parts);
}

function canonical(input: PurlInput): Purl | undefined {
  const type = (input.type ?? '').toLowerCase();
  const name = (input.name ?? '').replace(/^\/+|\/+$/g, '');
  if (!/^[a-z][a-z0-9.-]*$/.test(type) || name === '') return undefined;
  const parts: Parts = { type, name };
  const namespace = (input.namespace ?? '')
    .split('/')
    .filter((segment) => segment !== '')
    .join('/');
  if (namespace !== '') parts.namespace = namespace;
  if (input.version) parts.version = input.version;
  const entries = Object.entries(input.qualifiers ?? {}).filter((entry): entry is [string, string] => Boolean(entry[1]));
  if (entries.some(([key]) => !/^[a-z][a-z0-9._-]*$/.test(key))) return undefined;
  if (entries.length > 0) parts.qualifiers = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  const subpath = (input.subpath ?? '')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..')
    .join('/');
  if (subpath !== '') parts.subpath = subpath;
  const rule = Object.hasOwn(TYPE_RULES, type) ? TYPE_RULES[type] : undefined;
  for (const key of rule?.lower ?? []) if (parts[key] !== undefined) parts[key] = parts[key].toLowerCase();
  if (rule?.spellName) parts.name = rule.spellName(parts.name, parts);
  return rule?.check?.(parts) === false ? undefined : parts;
}

function cutLast(text: string, mark: string): [string, string | undefined] {
  const index = text.lastIndexOf(mark);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function parseQualifiers(query: string | undefined): Record<string, string> | undefined {
  const pairs: [string, string][] = [];
  for (const pair of (query ?? '').split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const value = equals < 0 ? undefined : decode(pair.slice(equals + 1));
    if (value === undefined) return undefined;
    pairs.push([pair.slice(0, equals).toLowerCase(), value]);
  }
  // fromEntries defines own properties, so that a key `__proto__` is only a key.
  return Object.fromEntries(pairs);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Everything but unreserved characters and the colon, which the specification keeps readable. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}
