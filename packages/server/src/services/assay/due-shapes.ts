import { invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import type { DuePolicy, DueRule, OwnerRule } from '../../due/policy.ts';

type WireRule = AssayIn<'PutDuePolicy'>['rules'][number];
type WireOwner = AssayIn<'PutOwnerRules'>['owners'][number];

/** Members that are not given stay away, so that what is stored says only what was asked. */
export function rulesFromWire(rules: readonly WireRule[]): DueRule[] {
  const names = new Set<string>();
  return rules.map((rule, index) => {
    const at = `rules[${index}]`;
    if (names.has(rule.name)) throw invalidField(`${at}.name`, 'is the name of another rule');
    names.add(rule.name);
    if (rule.tagValue !== undefined && rule.tagKey === undefined) throw invalidField(`${at}.tagKey`, 'is needed beside tagValue');
    if (rule.days === undefined && rule.exploited === false) {
      throw invalidField(`${at}.days`, "is needed: what CISA does not list has none of CISA's dates");
    }
    return given(rule) as unknown as DueRule;
  });
}

export function ownersFromWire(owners: readonly WireOwner[]): OwnerRule[] {
  return owners.map((rule, index) => {
    const at = `owners[${index}]`;
    if (rule.repository === undefined && rule.tagKey === undefined) throw invalidField(`${at}.repository`, 'or tagKey is needed');
    if (rule.tagValue !== undefined && rule.tagKey === undefined) throw invalidField(`${at}.tagKey`, 'is needed beside tagValue');
    if (rule.owner === undefined && rule.tagKey === undefined) throw invalidField(`${at}.owner`, 'is needed where no tag names the owner');
    return given(rule) as OwnerRule;
  });
}

function given(rule: object): object {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined && value !== null));
}

export function policyToWire({ rules, owners, updatedAt, updatedBy }: DuePolicy): AssayOut<'GetDuePolicy'> {
  return {
    rules: rules.map(({ severities, exposures, ...rule }) => ({
      ...rule,
      ...(severities === undefined ? {} : { severities: [...severities] }),
      ...(exposures === undefined ? {} : { exposures: [...exposures] }),
    })),
    owners: owners.map((one) => ({ ...one })),
    ...(updatedAt === null ? {} : { updatedAt }),
    ...(updatedBy === null ? {} : { updatedBy }),
  };
}
