import { type ConfigField, type Configurable, configProblems, localSettings, usesSecret } from '@assay/connectors/config.ts';
import { accessDenied, validationError } from '@assay/wire/errors.ts';
import type { ServerContext } from '../context.ts';

export interface Settings {
  readonly config: Readonly<Record<string, string>>;
  readonly secret: string | undefined;
  /** The configuration there was, whose secret is kept. */
  readonly before?: Readonly<Record<string, string>>;
}

/** @throws ValidationException naming every member that is wrong, AccessDeniedException */
export function requireSettings(kind: Configurable, settings: Settings, context: ServerContext): void {
  const { config, secret, before } = settings;
  const kept = before !== undefined && usesSecret(kind, before);
  const problems = configProblems(kind, config, { text: secret, kept }).map(({ field, message }) => ({ name: field, message }));
  if (problems.length > 0) {
    throw validationError('FIELD_VALIDATION_FAILED', problems.map(({ name, message }) => `${name} ${message}`).join('; '), problems);
  }
  const [borrowed] = localSettings(kind, config);
  if (borrowed !== undefined && context.account !== context.firstAccount) {
    throw accessDenied(`${borrowed} is for the account that this machine belongs to; give what is needed here.`);
  }
}

/** How a form shows a member. */
export function fieldToWire(name: string, { about, required = false, unless }: ConfigField) {
  return { name, about, required: required && unless === undefined };
}
