import type { DueRule, OwnerRule } from '../../api/due.ts';
import type { Translate } from '../../i18n/translate.ts';
import { choiceLabel } from '../findings/choice-label.ts';

/** What a rule asks for and when that is due, in one line. */
export function dueRuleText(rule: DueRule, t: Translate): string {
  const conditions = [
    ...(rule.severities === undefined ? [] : [rule.severities.map((name) => choiceLabel('severity', name, t)).join(', ')]),
    ...(rule.exploited === undefined ? [] : [t(rule.exploited ? 'due.exploited' : 'due.notExploited')]),
    ...(rule.inUse === undefined ? [] : [t(rule.inUse ? 'due.inUse' : 'due.notInUse')]),
    ...(rule.exposures === undefined ? [] : [rule.exposures.map((name) => choiceLabel('due.exposure', name, t)).join(', ')]),
    ...(rule.tagKey === undefined ? [] : [tagText(rule)]),
  ];
  const when = rule.days === undefined ? t('due.cisaDate') : t('due.days', { count: rule.days });
  return `${conditions.length === 0 ? t('due.everything') : conditions.join(' · ')} → ${when}`;
}

export function ownerRuleText(rule: OwnerRule, t: Translate): string {
  const conditions = [...(rule.repository === undefined ? [] : [rule.repository]), ...(rule.tagKey === undefined ? [] : [tagText(rule)])];
  return `${conditions.join(' · ')} → ${rule.owner ?? t('due.tagValue')}`;
}

function tagText({ tagKey, tagValue }: Pick<OwnerRule, 'tagKey' | 'tagValue'>): string {
  return tagValue === undefined ? `${tagKey}` : `${tagKey}=${tagValue}`;
}
