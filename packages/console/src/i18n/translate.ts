import type { MessageKey } from './en.ts';

export type Dictionary = Readonly<Record<MessageKey, string>>;
export type Parameters = Readonly<Record<string, string | number>>;
export type Translate = (key: MessageKey, parameters?: Parameters) => string;

/**
 * `{name}` is replaced by a parameter; numbers are written as the language does. `one|other` chooses by the parameter
 * `count`. Values are inserted as text only: nothing here is ever markup.
 */
export function translator(dictionary: Dictionary, locale: string): Translate {
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  return (key, parameters = {}) => {
    const text = dictionary[key];
    const count = parameters['count'];
    const bar = text.indexOf('|');
    const chosen = bar < 0 || typeof count !== 'number' ? text : plural.select(count) === 'one' ? text.slice(0, bar) : text.slice(bar + 1);
    return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = parameters[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? number.format(value) : value;
    });
  };
}
