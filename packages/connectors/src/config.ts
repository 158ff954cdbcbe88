/** One member of a sink's configuration. */
export interface ConfigField {
  readonly about: string;
  readonly required?: boolean;
  /** With this setting it is neither needed nor used. */
  readonly unless?: { readonly name: string; readonly is: string };
  /** Values that borrow from the machine itself: for whoever administers it. */
  readonly local?: readonly string[];
  /** Undefined when the text is right, else what it must be. */
  readonly check?: (text: string) => string | undefined;
}

/** What is configured with them: a sink or a source. */
export interface Configurable {
  readonly id: string;
  readonly config: Readonly<Record<string, ConfigField>>;
  /** What the sealed secret is; undefined: there is none. */
  readonly secret?: ConfigField;
}

export interface ConfigProblem {
  /** `config.url`, `secret`. */
  readonly field: string;
  readonly message: string;
}

/** What is wrong with a configuration; nothing: it may be stored. An undefined `secret` keeps the one there is. */
export function configProblems(
  kind: Configurable,
  config: Readonly<Record<string, string>>,
  secret: { readonly text: string | undefined; readonly kept: boolean },
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const name of Object.keys(config)) {
    if (!Object.hasOwn(kind.config, name)) {
      problems.push({ field: `config.${name}`, message: `is not known to ${kind.id}, which has ${Object.keys(kind.config).join(', ')}` });
    }
  }
  for (const [name, field] of Object.entries(kind.config)) {
    const message = problemOf(field, memberOf(config, name), config);
    if (message !== undefined) problems.push({ field: `config.${name}`, message });
  }
  if (kind.secret === undefined) {
    if (secret.text !== undefined) problems.push({ field: 'secret', message: `is not used by ${kind.id}` });
  } else if (secret.text !== undefined || !secret.kept) {
    const message = problemOf(kind.secret, secret.text, config);
    if (message !== undefined) problems.push({ field: 'secret', message });
  }
  return problems;
}

/** Whether a secret belongs to this configuration, so that a change of it may keep the one there is. */
export function usesSecret({ secret }: Configurable, config: Readonly<Record<string, string>>): boolean {
  return secret !== undefined && !isSpared(secret, config);
}

/** Settings that borrow from the machine itself: `credentials=machine`. */
export function localSettings(kind: Configurable, config: Readonly<Record<string, string>>): string[] {
  return Object.entries(kind.config).flatMap(([name, { local = [] }]) => {
    const value = memberOf(config, name);
    return value !== undefined && local.includes(value) ? [`${name}=${value}`] : [];
  });
}

function memberOf(config: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(config, name) ? config[name] : undefined;
}

function isSpared({ unless }: ConfigField, config: Readonly<Record<string, string>>): boolean {
  return unless !== undefined && memberOf(config, unless.name) === unless.is;
}

function problemOf(field: ConfigField, text: string | undefined, config: Readonly<Record<string, string>>): string | undefined {
  if (isSpared(field, config))
    return text === undefined || text === '' ? undefined : `is not used with ${field.unless!.name}=${field.unless!.is}`;
  if (text === undefined || text === '') return field.required === true ? `is needed: ${field.about}` : undefined;
  return field.check?.(text);
}

export function webAddress(text: string): string | undefined {
  const url = URL.parse(text);
  const usable = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return usable ? undefined : 'must be an http or https address without a user name in it';
}

/** Names separated by commas or spaces. */
export function listOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[\s,]+/).filter((name) => name !== '');
}

export function hostName(text: string): string | undefined {
  return /^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$/.test(text) ? undefined : 'must be a host name or an address';
}

export function portNumber(text: string): string | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? undefined : 'must be a port number';
}

export function oneOf(...words: readonly string[]): (text: string) => string | undefined {
  return (text) => (words.includes(text) ? undefined : `must be one of ${words.join(', ')}`);
}

export function matching(pattern: RegExp, what: string): (text: string) => string | undefined {
  return (text) => (pattern.test(text) ? undefined : `must be ${what}`);
}

export function atLeast(length: number): (text: string) => string | undefined {
  return (text) => (text.length >= length ? undefined : `must have at least ${length} characters`);
}
